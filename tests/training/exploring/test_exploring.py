"""Sets of every kind explored: files, numbers, and a page that needs nothing from outside."""

import csv
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("timm")
# Its list of fonts is made anew on a fresh machine, which it tells of: before any test begins.
pytest.importorskip("matplotlib.font_manager")

from matplotlib.figure import Figure  # noqa: E402

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.pages import StrictPage  # noqa: E402
from tests.helpers.toy_layouts import (  # noqa: E402
    write_class_folders,
    write_dafre,
    write_danbooru2020,
    write_moeimouto,
)
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from tests.helpers.toy_sets import toy_picture, toy_values, write_toy_set  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.config import load_config  # noqa: E402
from training.exploring.batches import views_of  # noqa: E402
from training.exploring.guessing import guess_layout  # noqa: E402
from training.exploring.opening import USUAL, Wanted, open_subject  # noqa: E402
from training.exploring.out_folder import OutFolder  # noqa: E402
from training.exploring.page import write_page  # noqa: E402
from training.exploring.plots import named_bars, ranked_bars  # noqa: E402
from training.exploring.section import Section  # noqa: E402
from training.exploring.subject import Looking  # noqa: E402
from training.exploring.tag_numbers import count_tags  # noqa: E402
from training.views.cached import CachedViews  # noqa: E402
from training.views.files import FileViews  # noqa: E402

pytestmark = pytest.mark.training

EVIL = "=cmd|'<script>alert(1)</script>"
LIGHT = "pictures,classes,tags,texts,files"


def explored(out):
    return json.loads((out / "explored.json").read_text("utf-8"))


def table(out, name):
    with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def explore(what, out, *more, only=LIGHT):
    chosen = ["--only", only] if only else []
    assert main(["explore", str(what), "--out", str(out), *chosen, *more, "--json"]) == 0
    return explored(out)


def opened(root, tmp_path, **wanted):
    looking = Looking(2000, 1500, 1, tmp_path / "no model", 1.0)
    return open_subject(Wanted(str(root), tmp_path / "cache", **wanted), looking)


def write_tagged(root, count=24):
    root.mkdir()
    for seed in range(count):
        image, tags = toy_picture(seed)
        image.save(root / f"{seed}.png")
        (root / f"{seed}.txt").write_text(", ".join(tags), "utf-8")
    return root


def write_cartoon(root):
    folders = write_class_folders(root / "all", 18)
    inner = root / "icartoonface_rectrain"
    inner.mkdir()
    for number, folder in enumerate(sorted(folders.iterdir())):
        folder.rename(inner / f"personai_icartoonface_rectrain_{number:05d}")
    folders.rmdir()
    return root


def write_measured(root):
    write_toy_set(root / "images", 12)
    (root / "images" / "manifest.csv").unlink()
    lines = [f"images/{n}.png,{'red_hair' if n % 3 else 'blue_hair'},x_eyes" for n in range(12)]
    (root / "labels.csv").write_text("\n".join(["file,hair,eyes", *lines]) + "\n", "utf-8")
    return root


KINDS = {
    "folders": (write_class_folders, 30, 3, 0),
    "moeImouto": (write_moeimouto, 36, 3, 0),
    "cartoonFace": (write_cartoon, 18, 3, 0),
    "danbooruFaces": (write_dafre, 48, 3, 5),
    "manifest": (write_toy_set, 60, 1, 8),
    "captions": (write_tagged, 24, 0, 5),
    "danbooru2020": (write_danbooru2020, 40, 0, 14),
    "measured": (write_measured, 12, 0, 3),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_set_is_known_by_what_lies_there(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "2")
    write, pictures, classes, tags = KINDS[kind]
    root = write(tmp_path / "set")
    assert guess_layout(root) == {"captions": "manifest"}.get(kind, kind)
    subject = opened(root, tmp_path)
    assert len(subject.pictures) == pictures
    assert len(subject.classes) == classes
    assert len(count_tags(subject)) == tags
    assert all(picture.path.is_file() for picture in subject.pictures)
    assert subject.is_divided == (kind in {"moeImouto", "danbooruFaces", "danbooru2020"})


def test_captions_are_found_where_some_pictures_have_none(tmp_path):
    root = write_tagged(tmp_path / "set")
    for caption in sorted(root.rglob("*.txt"))[:-1]:
        caption.unlink()
    assert guess_layout(root) == "manifest"


def test_words_of_a_table_stand_at_the_left_and_numbers_at_the_right(tmp_path):
    out, section = OutFolder(tmp_path), Section("Part")
    rows = [["a", 1, 0.5, "", "red"], ["", 20, 0.25, "", "blue"]]
    columns = ["name", "number", "share", "nothing", "colour"]
    section.tables = [out.table("all", "All", columns, rows)]
    assert section.tables[0].texts == {0, 4}
    page = write_page("set", [], [section], out).read_text("utf-8")
    for told in ("name", "a", "red", "colour"):
        assert re.search(rf'<t[hd] class="text">{told}</t', page)
    for told in ("number", "20", "share", "0.25", "nothing"):
        assert re.search(rf"<t[hd]>{told}</t", page)


def test_numbers_of_a_column_have_as_many_decimals_each(tmp_path):
    rows = [[1.0, 0.5, 12.3456, 3, np.float64(2e-5), 0.0], [0.0, 0.25, 0.1, 4, math.nan, 0.0]]
    table = OutFolder(tmp_path).table("all", "All", ["a"] * 6, rows)
    assert table.rows == [
        ["1", "0.50", "12.35", 3, "0.00002", "0"],
        ["0", "0.25", "0.10", 4, "", "0"],
    ]
    assert "12.3456" in (tmp_path / "tables" / "all.csv").read_text("utf-8")


def test_a_stray_picture_makes_no_set_of_classes_bare(tmp_path):
    root = write_class_folders(tmp_path / "set", 3)
    toy_picture(9)[0].save(root / "preview.png")
    assert guess_layout(root) == "folders"
    for number in range(2):
        toy_picture(number)[0].save(root / f"loose {number}.png")
    assert guess_layout(root) == "bare"


def test_counts_have_no_fractions_on_their_axis(tmp_path):
    for plot, axis in (
        (named_bars("b", "Bars", ["a", "b"], {"pictures": [1, 2]}), "xaxis"),
        (ranked_bars("r", "Bars", {"pictures": [2, 1, 1]}, "classes"), "yaxis"),
    ):
        figure = Figure(plot.size)
        plot.draw(figure)
        ticks = getattr(figure.axes[0], axis).get_ticklocs()
        assert all(tick == int(tick) for tick in ticks)


@pytest.mark.parametrize(
    "kind", ["folders", "danbooruFaces", "captions", "danbooru2020", "measured"]
)
def test_a_set_of_any_kind_becomes_a_page(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "2")
    write, pictures, classes, tags = KINDS[kind]
    numbers = explore(write(tmp_path / "set"), tmp_path / "out")
    assert numbers["set"]["layout"] == {"captions": "manifest"}.get(kind, kind)
    assert numbers["files"]["opened"] == pictures
    assert numbers.get("classes", {"classes": 0})["classes"] == classes
    assert numbers.get("tags", {"tags": 0})["tags"] == tags
    assert ("texts" in numbers) == bool(tags)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    plots = {path.stem for path in (tmp_path / "out" / "plots").glob("*.png")}
    told = {"tags_general", "mask_schedules", "tokens_tags", "tags_each"}
    assert plots >= {"shapes", *(told if tags else ()), *(("classes",) if classes else ())}
    assert page.count("<svg") == len(plots - {name for name in plots if "cloud" in name})


def test_a_layout_may_be_named(tmp_path):
    root = write_dafre(tmp_path / "set")
    assert opened(root, tmp_path, layout="danbooruFull").layout == "danbooruFull"
    with pytest.raises(AnitagError, match="none of"):
        opened(root, tmp_path, layout="another")


def test_bare_pictures_have_no_labels_and_are_shown_all_the_same(tmp_path):
    root = write_toy_set(tmp_path / "set", 10)
    (root / "manifest.csv").unlink()
    (root / "._a.png").write_bytes(b"hidden")
    (root / "rejected").mkdir()
    (root / "rejected" / "rejected.jsonl").write_text("")
    (root / "rejected" / "bad.png").write_bytes(b"rejected")
    numbers = explore(root, tmp_path / "out", only="pictures,classes,tags,texts,files,sheets")
    assert (numbers["set"]["layout"], numbers["set"]["pictures"]) == ("bare", 10)
    assert "classes" not in numbers
    with Image.open(tmp_path / "out" / "sheets" / "sheet_001.jpg") as sheet:
        assert len(sheet.convert("RGB").getcolors(1 << 20)) > 100


def test_numbers_are_those_of_the_set(tmp_path):
    root = write_moeimouto(tmp_path / "set", 36, 12)
    numbers = explore(root, tmp_path / "out", only="classes")
    assert {
        r["class"]: (r["pictures"], r["train"], r["test"])
        for r in table(tmp_path / "out", "classes")
    } == dict.fromkeys(("red", "blue", "green"), ("12", "8", "4"))
    assert numbers["classes"]["mean"] == 12
    assert numbers["classes"]["half_in"] == 2
    assert len(opened(root, tmp_path, part="test").pictures) == 12
    assert opened(root, tmp_path, class_name="red").classes == ("red",)


def test_tags_are_counted_with_their_categories(tmp_path):
    root = write_toy_set(tmp_path / "set", 60)
    explore(root, tmp_path / "out", only="tags")
    rows = {(r["category"], r["tag"]): r for r in table(tmp_path / "out", "tags")}
    assert rows["general", "1girl"]["pictures"] == "60"
    assert float(rows["general", "hat"]["share"]) == 0.5
    assert rows["rating", "sensitive"]["pictures"] == "12"
    assert ("character", "ruby") in rows
    assert len(opened(root, tmp_path, tags=("hat",)).pictures) == 30


def test_hostile_names_stay_text(tmp_path):
    root = tmp_path / "set"
    root.mkdir()
    names = [EVIL, "a\x1b[31m\u202eb", "初音ミク $x^2$"]
    lines = ["file,identity,tags"]
    for number, name in enumerate(names):
        toy_picture(number)[0].save(root / f"{number}.png")
        lines.append(f'{number}.png,"{name}","{name.replace(" ", "_")} {{{{7*7}}}}"')
    (root / "manifest.csv").write_text("\n".join(lines) + "\n", "utf-8")
    explore(root, tmp_path / "out", only="")
    assert StrictPage(tmp_path / "out" / "index.html").faults == []
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page
    assert not re.search(r'(src|href)="(?!data:|#|sheets/|film\.)', page)
    assert "url(" not in page.replace("url(#", "")
    for path in (tmp_path / "out" / "tables").glob("*.csv"):
        for row in csv.reader(path.read_text("utf-8").splitlines()):
            assert not any(cell.startswith(("=", "+", "-", "@")) and "|" in cell for cell in row)
    told = table(tmp_path / "out", "classes")
    assert {row["class"][:2] for row in told} == {"'=", "a�", "初音"}


def test_a_file_that_is_no_picture_is_told_and_nothing_stops(tmp_path):
    root = write_class_folders(tmp_path / "set", 12)
    (root / "red" / "0.png").write_bytes(b"GIF89a and nothing more")
    numbers = explore(root, tmp_path / "out", only="")
    assert numbers["files"]["unreadable"] == 1
    (row,) = table(tmp_path / "out", "unreadable")
    assert row["file"].endswith("0.png")
    assert len(table(tmp_path / "out", "map")) == 11


def test_what_is_looked_at_of_a_large_set_is_told(tmp_path):
    root = write_class_folders(tmp_path / "set", 30)
    numbers = explore(root, tmp_path / "out", "--limit", "9", only="files,sheets,film")
    assert numbers["files"]["opened"] == 9
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert page.count("9 of 30 pictures") == 3
    again = explore(root, tmp_path / "again", "--limit", "9", only="files,sheets,film")
    assert again == {**numbers}


def test_the_film_has_every_picture_and_its_mp4_as_many_seconds(tmp_path):
    av = pytest.importorskip("av")
    root = write_class_folders(tmp_path / "set", 81)
    explore(root, tmp_path / "out", only="film")
    with Image.open(tmp_path / "out" / "film.webp") as film:
        assert film.n_frames == 3
        assert film.width > film.height
    with av.open(str(tmp_path / "out" / "film.mp4")) as film:
        frames = sum(1 for _ in film.decode(video=0))
        assert frames / float(film.streams.video[0].average_rate) == pytest.approx(3)


def test_a_run_is_explored_with_its_own_split_map_and_landscape(tmp_path):
    root = write_class_folders(tmp_path / "set", 45)
    start_run(toy_config(root, "folders", network={"head": "linear"}), tmp_path / "run")[0].train()
    numbers = explore(tmp_path / "run", tmp_path / "out", only="classes,batches,map,landscape")
    split = (tmp_path / "run" / "split.jsonl").read_text("utf-8").splitlines()
    tested = sum(json.loads(line)["part"] == "test" for line in split)
    assert sum(int(row["test"]) for row in table(tmp_path / "out", "classes")) == tested
    assert numbers["landscape"]["measured"] == 289
    plane = [float(row["loss"]) for row in table(tmp_path / "out", "landscape_plane")]
    middle, border = plane[144], [*plane[:17], *plane[-17:], *plane[::17], *plane[16::17]]
    assert middle < sum(border) / len(border)  # what was trained lies lower than what is around
    line = [float(row["first direction"]) for row in table(tmp_path / "out", "landscape_line")]
    assert line[16] == pytest.approx(middle)
    assert 0 <= numbers["map"]["nearest_agree"] <= 1
    assert {"landscape_line", "landscape_contour", "landscape_surface"} <= {
        path.stem for path in (tmp_path / "out" / "plots").iterdir()
    }
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "ran out" not in page
    assert page.count("<svg") == 1 + 3  # the classes, and the line, the contour, the surface


def test_a_run_of_tags_and_a_config_are_explored(tmp_path):
    values = toy_values(write_toy_set(tmp_path / "toy"), tmp_path / "cache", steps=4)
    start_run(values, tmp_path / "run")[0].train()
    numbers = explore(
        tmp_path / "run", tmp_path / "out", "--minutes", "0", only="tags,batches,map,landscape"
    )
    # No time: nothing is measured, and the page says so.
    assert numbers["landscape"]["measured"] == 0
    assert "ran out" in (tmp_path / "out" / "index.html").read_text("utf-8")
    text = f"""
[task]
name = "recognition"
[network]
backbone = "resnet18"
head = "linear"
size = 32
[datasets]
store = "files"
sources = [{{ name = "toy", path = "{tmp_path / "toy"}" }}]
"""
    (tmp_path / "toy.toml").write_text(text, "utf-8")
    only = "classes,batches,landscape"
    numbers = explore(tmp_path / "toy.toml", tmp_path / "config", only=only)
    assert "landscape" not in numbers
    assert (tmp_path / "config" / "sheets" / "batch.jpg").is_file()


@pytest.mark.parametrize(
    ("store", "kind"), [("cache", CachedViews), ("resized", FileViews), ("files", FileViews)]
)
def test_pictures_are_varied_as_a_run_with_that_store_varies_them(tmp_path, store, kind):
    pictures = opened(write_class_folders(tmp_path / "set", 3), tmp_path).pictures
    usual = load_config(USUAL)
    config = replace(usual, datasets=replace(usual.datasets, store=store))
    views = views_of(config, pictures)
    assert isinstance(views, kind)
    assert views.plain(0, 32).image.shape[-2:] == (32, 32)


def test_wrong_words_are_errors(tmp_path, capsys):
    root = write_class_folders(tmp_path / "set", 6)
    assert main(["explore", str(root), "--out", str(tmp_path / "o"), "--only", "maps"]) == 1
    assert "maps is none of pictures" in capsys.readouterr().err
    assert main(["explore", str(root), "--out", str(tmp_path / "o"), "--tag", "nobody"]) == 1
    assert "no labelled pictures" in capsys.readouterr().err
    assert main(["explore", str(tmp_path / "nothing"), "--out", str(tmp_path / "o")]) == 1
    (tmp_path / "file").write_text("", "utf-8")
    words = ["explore", str(root), "--out", str(tmp_path / "file" / "o"), "--only", "classes"]
    assert main(words) == 1
    assert "could not be written" in capsys.readouterr().err
