"""Duplicates: exact and near ones are found, the best is kept, what measures is never left out."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.images import drawing
from tests.helpers.toy_layouts import write_class_folders, write_dafre, write_moeimouto
from training.__main__ import main
from training.config import SourceConfig
from training.curating.deduplicating import find_groups
from training.curating.duplicate_report import COLUMNS
from training.curating.facts import PictureFacts, look
from training.curating.opened_set import Seen
from training.datasets.layouts import read_set
from training.datasets.layouts.guessing import guess_layout
from training.datasets.sample import LabelledPicture

CLASSES = ("blue", "red")


def put(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def seen(*pictures):
    """Return pictures, given as path or (path, part), with their facts; the folder is the class."""
    pairs = [one if isinstance(one, tuple) else (one, "") for one in pictures]
    made = [LabelledPicture(p, "s", p.name, part=part, identity=p.parent.name) for p, part in pairs]
    return Seen(tuple(made), tuple(look(p) for p, _ in pairs))


def told(groups):
    return [
        [(m.picture.path.name, str(m.verdict), str(m.kind or "")) for m in group]
        for group in groups
    ]


@pytest.fixture
def copies(tmp_path):
    """Return one drawing in many forms, and others."""
    image, folder = drawing(1, 300, 400), tmp_path / "red"
    return {
        "original.png": put(folder / "original.png", image),
        "bytes.png": put(folder / "bytes.png", image),
        "pixels.png": put(folder / "pixels.png", image, compress_level=0),
        "small.png": put(folder / "small.png", image.resize((150, 200))),
        "large.jpg": put(folder / "large.jpg", image.resize((450, 600)), quality=90),
        "poor.jpg": put(folder / "poor.jpg", image, quality=40),
        "mirrored.webp": put(
            folder / "mirrored.webp", image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), quality=80
        ),
        **{f"{n}.png": put(folder / f"{n}.png", drawing(n, 300, 400)) for n in range(2, 12)},
    }


def test_copies_are_found_and_the_best_is_kept(copies):
    (group,) = find_groups(seen(*copies.values()))
    kept, *others = told([group])[0]
    assert kept == ("large.jpg", "kept", "")  # the largest
    assert {name: kind for name, verdict, kind in others if verdict == "left_out"} == {
        "bytes.png": "near",
        "original.png": "near",
        "pixels.png": "near",
        "small.png": "near",
        "poor.jpg": "near",
        "mirrored.webp": "mirrored",
    }
    del copies["large.jpg"]
    (group,) = told(find_groups(seen(*copies.values())))
    assert group[0] == ("pixels.png", "kept", "")  # of the same size and format the heaviest
    kinds = {name: kind for name, _, kind in group[1:]}
    assert (kinds["bytes.png"], kinds["poor.jpg"]) == ("pixels", "near")
    del copies["pixels.png"]
    (group,) = told(find_groups(seen(*copies.values())))
    assert group[0] == ("bytes.png", "kept", "")
    assert {name: kind for name, _, kind in group[1:]}["original.png"] == "bytes"


def test_with_no_bits_only_what_looks_the_same_is_a_copy(copies):
    names = {
        name for group in told(find_groups(seen(*copies.values()), bits=0)) for name, *_ in group
    }
    assert {"original.png", "bytes.png", "pixels.png"} <= names


def test_other_colours_are_another_picture(tmp_path):
    image = drawing(1, 200, 200)
    red, green, blue = image.split()
    one = put(tmp_path / "red" / "one.png", image)
    other = put(tmp_path / "red" / "other.png", Image.merge("RGB", (blue, green, red)))
    plain = [
        put(tmp_path / "red" / f"{c}.png", Image.new("RGB", (64, 64), c)) for c in ("white", "navy")
    ]
    assert find_groups(seen(one, other, *plain), bits=16) == []


def test_who_says_another_class_is_left_to_people(tmp_path):
    image = drawing(1, 200, 200)
    one = put(tmp_path / "red" / "one.png", image)
    other = put(tmp_path / "blue" / "other.png", image.resize((100, 100)))
    assert told(find_groups(seen(one, other))) == [
        [("one.png", "kept", ""), ("other.png", "conflict", "near")]
    ]


def test_what_is_learnt_from_gives_way_to_what_is_measured_with(tmp_path):
    image = drawing(1, 200, 200)
    large = put(tmp_path / "red" / "large.png", image)
    validation = put(tmp_path / "red" / "validation.png", image.resize((120, 120)))
    tested = put(tmp_path / "blue" / "tested.png", image.resize((80, 80)))
    again = put(tmp_path / "red" / "again.png", image.resize((60, 60)))
    found = find_groups(
        seen((large, "train"), (validation, "validation"), (tested, "test"), (again, "test"))
    )
    assert {name: verdict for name, verdict, _ in told(found)[0]} == {
        "tested.png": "kept",
        "again.png": "kept",
        "validation.png": "left_out",
        "large.png": "left_out",
    }


def test_copies_of_held_out_pictures_go_whatever_their_class_and_size(tmp_path):
    image = drawing(1, 200, 200)
    own = [
        put(tmp_path / "red" / "large.png", image),
        put(tmp_path / "red" / "small.png", image.resize((90, 90))),
        put(tmp_path / "red" / "another.png", drawing(2, 200, 200)),
    ]
    held = [
        put(tmp_path / "held" / "one.jpg", image.resize((70, 70)), quality=60),
        put(tmp_path / "held" / "two.png", drawing(3, 200, 200)),
        put(tmp_path / "held" / "three.png", drawing(3, 100, 100).resize((50, 50))),
    ]
    found = find_groups(seen(*own), seen(*held))
    assert told(found)[0][0] == ("one.jpg", "held_out", "")
    assert {name: verdict for name, verdict, _ in told(found)[0][1:]} == {
        "large.png": "left_out",
        "small.png": "left_out",
    }
    assert len(found) == 1  # that pictures of the held-out set are alike is not ours to judge


def hashed(name, phash, part):
    """Return a picture and its facts, of which only the hash tells it from others."""
    facts = PictureFacts(name, name, phash, (1 << 64) - 1, "00" * 48, 64, 64, "png", 9)
    return LabelledPicture(Path(name), "s", name, part=part, identity="red"), facts


def chained(*places, part):
    """Return pictures in a chain of three bits each: neighbours are alike, others are not."""
    found = [hashed(f"{part}{place}.png", (1 << 3 * place) - 1, part) for place in places]
    return Seen(tuple(picture for picture, _ in found), tuple(facts for _, facts in found))


@pytest.mark.parametrize("is_apart", [True, False])
def test_a_copy_goes_also_where_its_twin_is_like_another_that_measures(is_apart):
    measured, own = chained(0, 1, part="test"), chained(2, part="train")
    both = Seen(measured.pictures + own.pictures, measured.facts + own.facts)
    found = find_groups(own, measured) if is_apart else find_groups(both)
    gone = {name for group in told(found) for name, verdict, _ in group if verdict == "left_out"}
    assert gone == {"train2.png"}
    best = [group[0][0] for group in told(found) if group[-1][0] == "train2.png"]
    assert best == ["test1.png"]


def test_copies_that_are_all_tested_with_are_told_once():
    pictures = Seen(*zip(*(hashed(f"{n}.png", 7, "test") for n in range(4)), strict=True))
    assert [len(group) for group in find_groups(pictures)] == [4]


@pytest.mark.integration
@pytest.mark.parametrize("write", [write_class_folders, write_moeimouto, write_dafre])
def test_the_command_reports_and_rejects_in_every_layout(tmp_path, capsys, write):
    root = write(tmp_path / "set")
    source = SourceConfig("s", str(root), layout=guess_layout(root))
    for number, picture in enumerate(read_set(source).pictures):  # discs are too much alike
        drawing(number, 180, 240).save(picture.path)
    pictures = read_set(source).pictures
    learnt = [p for p in pictures if p.part in {"", "train"}]
    same = [p for p in learnt if p.identity == learnt[0].identity]
    Image.open(same[0].path).resize((120, 160)).save(same[1].path)
    held = tmp_path / "held" / "anything"
    put(held / "copy.jpg", Image.open(same[2].path).convert("RGB"), quality=80)
    words = ["set", "dedupe", str(root), "--against", str(held.parent), "--json"]
    assert main(words) == 0
    end = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (end["groups"], end["left_out"], end["conflicts"], end["moved"]) == (2, 2, 0, 0)
    with (root / "duplicates.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == COLUMNS
    gone = {Path(row["file"]) for row in rows if row["verdict"] == "left_out"}
    assert gone == {same[1].path, same[2].path}
    assert read_set(source).pictures == pictures
    assert main([*words, "--reject", "--out", str(tmp_path / "report.jsonl")]) == 0
    rows = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert {row["verdict"] for row in rows} == {"kept", "left_out", "held_out"}
    assert {p.path for p in pictures} - {p.path for p in read_set(source).pictures} == gone
    assert main(["set", "restore", str(root)]) == 0
    assert read_set(source).pictures == pictures


@pytest.mark.parametrize("place", ["a.jfif", "deep/er/a.jpg"])
def test_what_is_held_out_needs_no_labels(tmp_path, capsys, place):
    root, held = tmp_path / "set", tmp_path / "held"
    for seed in (1, 2, 3):
        put(root / "red" / f"{seed}.png", drawing(seed, 200, 200))
    put(held / place, drawing(2, 200, 200).convert("RGB"), format="JPEG")
    put(held / "blue" / "labelled.png", drawing(4, 200, 200))
    put(held / "loose.png", drawing(1, 200, 200)).with_suffix(".txt").write_text("1girl")
    words = ["set", "dedupe", str(root), "--against", str(held), "--reject", "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["left_out"] == 2
    assert [path.name for path in (root / "red").iterdir()] == ["3.png"]
    (tmp_path / "empty").mkdir()
    for nowhere in ("empty", "none"):
        assert main(["set", "dedupe", str(root), "--against", str(tmp_path / nowhere)]) == 1
    assert "no folder" in capsys.readouterr().err


def test_a_file_in_two_rows_is_no_copy_of_itself(tmp_path, capsys):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        put(tmp_path / f"{name}.png", drawing(seed, 200, 200))
    rows = ["a.png,red", "a.png,red", "b.png,red", "b.png,red", "c.png,red", "c.png,blue"]
    (tmp_path / "manifest.csv").write_text("file,identity\n" + "\n".join(rows) + "\n")
    assert main(["set", "dedupe", str(tmp_path), "--reject", "--json"]) == 0
    end = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (end["left_out"], end["conflicts"], end["moved"]) == (1, 1, 1)
    assert sorted(p.name for p in tmp_path.glob("*.png")) == ["a.png", "c.png"]


def test_a_set_that_is_held_out_against_itself_is_refused(tmp_path, capsys):
    put(tmp_path / "red" / "a.png", drawing(1, 200, 200))
    assert main(["set", "dedupe", str(tmp_path), "--against", str(tmp_path), "--reject"]) == 1
    assert "held out as well" in capsys.readouterr().err
    assert (tmp_path / "red" / "a.png").exists()
