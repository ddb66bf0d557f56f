"""A model looks at films: animated pictures, folders of frames, videos."""

import csv
import json
from io import StringIO
from random import Random
from weakref import ref

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("timm")
pytest.importorskip("matplotlib.font_manager")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.models import write_wd  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.exploring import out_folder, watching  # noqa: E402
from training.exploring.annotating import PANEL, annotated  # noqa: E402
from training.exploring.film_writing import write_mp4, write_webp  # noqa: E402
from training.exploring.frame_reading import Frame, read_frames  # noqa: E402
from training.exploring.frame_spool import FrameSpool  # noqa: E402
from training.exploring.out_folder import OutFolder  # noqa: E402
from training.exploring.seeing import open_model  # noqa: E402
from training.progress import Progress  # noqa: E402

pytestmark = pytest.mark.training

COLOURS = [(230, 20, 20), (20, 20, 230), (20, 200, 20), (240, 240, 240)]


def frames(size=(48, 32)):
    return [Image.new("RGB", size, colour) for colour in COLOURS]


def saved(path, kind, **more):
    first, *others = frames()
    first.save(
        path, kind, save_all=True, append_images=others, duration=[100, 200, 300, 400], **more
    )
    return path


def colours(found):
    return [np.asarray(frame.image).reshape(-1, 3).mean(0).round() for frame in found]


@pytest.mark.parametrize(("name", "kind"), [("a.gif", "GIF"), ("a.png", "PNG"), ("a.webp", "WEBP")])
def test_frames_of_animations_come_in_order_with_their_times(name, kind, tmp_path):
    more = {"lossless": True} if kind == "WEBP" else {}
    found = list(read_frames(saved(tmp_path / name, kind, **more)))
    assert np.allclose(colours(found), COLOURS, atol=3)
    assert [round(f.seconds, 3) for f in found] == [0, 0.1, 0.3, 0.6]
    assert [f.number for f in read_frames(tmp_path / name, every=3)] == [0, 3]


def test_frames_of_a_video_and_of_a_folder(tmp_path):
    pytest.importorskip("av")
    with FrameSpool(tmp_path) as spool:
        assert write_mp4(spool.extend(frames((64, 64))), 500, tmp_path / "a.mp4")
    found = list(read_frames(tmp_path / "a.mp4", every=3))
    assert np.allclose(colours(found), COLOURS, atol=8)
    assert [round(f.seconds, 2) for f in found] == [0, 0.5, 1.0, 1.5]
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, image in zip((2, 9, 10, 100), frames(), strict=True):
        image.save(folder / f"frame{number}.png")
    (folder / "frame11.png").write_bytes(b"none")
    assert np.allclose(colours(read_frames(folder)), COLOURS)


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"\x00\x00\x00\x18ftypisom" + Random(1).randbytes(400),
        b"\x1aE\xdf\xa3" + Random(2).randbytes(400),
        b"GIF89a\x01\x00",
        b"",
    ],
)
def test_what_is_no_film_is_an_error_and_no_play_list_is_followed(content, tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(content)
    with pytest.raises(AnitagError):
        list(read_frames(film))
    with pytest.raises(AnitagError):
        list(read_frames(tmp_path / "none"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(AnitagError):
        list(read_frames(tmp_path / "empty"))


def test_an_animation_that_says_it_is_huge_is_refused(tmp_path):
    film = saved(tmp_path / "film.gif", "GIF")
    content = bytearray(film.read_bytes())
    content[6:10] = b"\x60\xea" * 2  # 60,000 pixels a side
    film.write_bytes(content)
    with pytest.raises(AnitagError):
        list(read_frames(film))


@pytest.mark.parametrize("size", [(1600, 900), (300, 200), (20, 30)])
def test_frames_are_laid_by_no_larger_than_they_are_shown(size, tmp_path):
    image = annotated(Frame(Image.effect_noise(size, 80).convert("RGB"), 0, 0.0), [], {})
    assert image.width == min(480, 2 * max(size)) * size[0] // max(size) + PANEL
    with FrameSpool(tmp_path / "new") as spool:
        spool.extend([image, image.crop((0, 0, 5, 7))])
        assert (len(spool), spool.size) == (2, image.size)
        assert spool[0].tobytes() == image.tobytes()
        assert spool[1].size == (5, 7)
    assert not list((tmp_path / "new").iterdir())


def test_smaller_frames_of_a_film_stand_on_white(tmp_path):
    pytest.importorskip("av")
    several = [Image.new("RGB", (64, 32), COLOURS[0]), Image.new("RGB", (32, 64), COLOURS[1])]
    with FrameSpool(tmp_path) as spool:
        write_webp(spool.extend(several), 300, tmp_path / "a.webp")
        assert write_mp4(spool, 300, tmp_path / "a.mp4")
    for name in ("a.webp", "a.mp4"):
        found = list(read_frames(tmp_path / name))
        first, last = found[0].image, found[-1].image
        assert first.size == last.size == (64, 64)
        assert np.allclose(first.getpixel((60, 10)), COLOURS[0], atol=12)
        assert np.allclose(last.getpixel((60, 10)), (255, 255, 255), atol=12)


def test_a_film_of_one_frame_is_a_picture(tmp_path):
    with FrameSpool(tmp_path) as spool:
        write_webp(spool.extend(frames()[:1]), 300, tmp_path / "a.webp")
    assert np.allclose(colours(read_frames(tmp_path / "a.webp")), COLOURS[:1], atol=3)


def test_no_more_frames_are_in_memory_than_are_looked_at_together(tmp_path, monkeypatch):
    made, alive = [], []

    def many(_film, _every):
        for number in range(60):
            image = Image.new("RGB", (32, 32), COLOURS[number % 4])
            made.append(ref(image))
            alive.append(sum(one() is not None for one in made))
            yield Frame(image, number, number / 10)

    monkeypatch.setattr(watching, "read_frames", many)
    model = open_model(write_wd(tmp_path / "model", 64), Progress(as_json=True, stream=StringIO()))
    progress = Progress(as_json=True, stream=StringIO())
    watching.watch(watching.Watched(tmp_path), model, tmp_path / "out", progress)
    assert max(alive) <= 2 * watching.BATCH + 2
    with Image.open(tmp_path / "out" / "annotated.webp") as film:
        assert film.n_frames > 1


def test_a_large_film_lies_beside_the_page_only(tmp_path, monkeypatch):
    monkeypatch.setattr(out_folder, "LARGEST_INLINE", 10)
    with FrameSpool(tmp_path) as spool:
        spool.extend(frames())
        assert OutFolder(tmp_path).film("a.webp", spool, 300, "A film") == []
    assert (tmp_path / "a.webp").stat().st_size > 10


def test_a_package_answers_frame_by_frame(tmp_path, capsys):
    package = write_wd(tmp_path / "model", 64)
    film = saved(tmp_path / "film.webp", "WEBP", lossless=True)
    out = tmp_path / "out"
    words = ["video", str(film), "--model", str(package), "--out", str(out), "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["event"], told["frames"]) == ("written", 4)
    with (out / "tables" / "frames.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["frame"] for row in rows] == ["0", "1", "2", "3"]
    # A white frame makes every feature of the look-alike sure; a red one only those of red.
    assert float(rows[3]["probability_1"]) == pytest.approx(
        1 / (1 + np.exp(-4 * (240 / 255 - 0.5))), abs=0.01
    )
    assert rows[0]["answer_1"] != rows[1]["answer_1"]
    with Image.open(out / "annotated.webp") as annotated:
        assert annotated.n_frames == 4
    page = (out / "index.html").read_text("utf-8")
    assert "What is said when" in page
    assert main([*words, "--every", "2", "--most", "1"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["frames"] == 1


def test_a_run_answers_with_its_classes(tmp_path):
    root = write_class_folders(tmp_path / "set", 45)
    start_run(toy_config(root, "folders"), tmp_path / "run")[0].train()
    film = tmp_path / "film.webp"
    with FrameSpool(tmp_path) as spool:
        write_webp(spool.extend(frames()), 250, film)
    words = ["video", str(film), "--model", str(tmp_path / "run"), "--out", str(tmp_path / "out")]
    assert main([*words, "--top", "3"]) == 0
    with (tmp_path / "out" / "tables" / "frames.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            assert {row[f"answer_{n}"] for n in (1, 2, 3)} == {"red", "blue", "green"}
            assert sum(float(row[f"probability_{n}"]) for n in (1, 2, 3)) == pytest.approx(
                1, abs=1e-3
            )


def test_a_model_that_is_none_is_refused(tmp_path, capsys):
    film = saved(tmp_path / "film.gif", "GIF")
    assert (
        main(["video", str(film), "--model", str(tmp_path / "none"), "--out", str(tmp_path)]) == 1
    )
    assert main(["video", str(film), "--model", str(tmp_path), "--out", str(tmp_path / "o")]) == 1
    assert "is not a model" in capsys.readouterr().err
