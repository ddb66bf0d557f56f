"""Verifying a set: every bad picture leaves it with a reason, can come back, and readers know."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.images import BAD, drawing, write_bad, write_good
from tests.helpers.toy_layouts import (
    write_class_folders,
    write_dafre,
    write_danbooru2020,
    write_moeimouto,
)
from training.__main__ import main
from training.collecting.child import ChildFailedError
from training.config import SourceConfig
from training.curating.children import in_children
from training.curating.facts import PictureFacts, Problem, look
from training.curating.looking import Eyes, look_at
from training.curating.rejecting import Rejection, reject, restore
from training.curating.verifying import verify_set
from training.datasets.layouts import read_set
from training.datasets.layouts.guessing import guess_layout
from training.datasets.rejections import moved_files, moved_paths
from training.progress import Progress

pytestmark = pytest.mark.integration


def quiet():
    return Progress(as_json=True, stream=io.StringIO())


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def log(root):
    lines = (root / "rejected" / "rejected.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def contents(root):
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in root.rglob("*")
        if p.is_file() and p.suffix != ".jsonl"
    }


def test_each_bad_picture_is_moved_with_its_reason_and_comes_back(tmp_path, capsys):
    root = tmp_path / "set 絵"
    good, bad = write_good(root / "good"), write_bad(root / "bad")
    (root / "bad" / "cut.txt").write_text("a caption")
    before = contents(root)
    assert main(["set", "verify", str(root), "--workers", "2", "--json"]) == 0
    *said, end = told(capsys)
    assert end == {
        "event": "verified",
        "sound": len(good),
        "bad": len(bad),
        "unread": 0,
        "moved": len(bad),
    }
    assert {row["file"]: row["code"] for row in said} == {
        str(path): BAD[name][1] for name, path in bad.items()
    }
    assert {row["file"]: row["code"] for row in log(root)} == {
        f"bad/{name}": code for name, (_, code) in BAD.items()
    }
    assert all(row["reason"] and row["when"] for row in log(root))
    assert sorted(p.name for p in (root / "rejected" / "bad").iterdir()) == sorted(bad)
    assert [p.name for p in (root / "bad").iterdir()] == ["cut.txt"]
    assert main(["set", "verify", str(root), "--json"]) == 0
    assert told(capsys)[-1]["bad"] == 0
    assert main(["set", "restore", str(root), str(bad["cut.png"])]) == 0
    assert [p.name for p in (root / "bad").iterdir() if p.suffix != ".txt"] == ["cut.png"]
    assert main(["set", "restore", str(root)]) == 0
    assert contents(root) == before


def test_a_folder_without_a_picture_is_said_to_be_one(tmp_path, capsys):
    (tmp_path / "labels.csv").write_text("file,class\n")
    assert main(["set", "verify", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert f"No file beneath {tmp_path} is a picture" in said.err
    assert "sound" not in said.out


def test_a_dry_run_moves_nothing(tmp_path, capsys):
    write_bad(tmp_path)
    write_good(tmp_path)
    before = contents(tmp_path)
    assert main(["set", "verify", str(tmp_path), "--workers", "1", "--dry-run", "--json"]) == 0
    end = told(capsys)[-1]
    assert (end["bad"], end["moved"]) == (len(BAD), 0)
    assert contents(tmp_path) == before
    assert not (tmp_path / "rejected").exists()


def test_what_is_put_aside_twice_under_one_name_is_kept_twice(tmp_path):
    for content in (b"one", b"two"):
        (tmp_path / "a.png").write_bytes(content)
        verify_set(tmp_path, Eyes(None, 1, quiet()), dry_run=False)
    kept = sorted(p.read_bytes() for p in (tmp_path / "rejected").glob("*.png"))
    assert kept == [b"one", b"two"]


def test_what_left_the_same_place_comes_back_one_by_one(tmp_path, capsys):
    def put_aside(content):
        (tmp_path / "a.png").write_bytes(content)
        assert reject(tmp_path, [Rejection(tmp_path / "a.png", "x", "y")] * 2) == 1

    put_aside(b"one")
    put_aside(b"two")
    assert [one.to for one in moved_files(tmp_path)] == ["rejected/a.png", "rejected/a~2.png"]
    assert main(["set", "restore", str(tmp_path), "--json"]) == 1
    assert told(capsys) == [
        {"event": "taken", "file": "rejected/a.png", "place": "a.png"},
        {"event": "restored", "pictures": 1, "taken": 1},
    ]
    assert (tmp_path / "a.png").read_bytes() == b"two"
    assert moved_paths(tmp_path) == frozenset()
    (tmp_path / "a.png").rename(tmp_path / "b.png")
    assert moved_paths(tmp_path) == {tmp_path / "a.png"}
    assert restore(tmp_path, [Path("rejected/a.png")]).pictures == 1
    assert (tmp_path / "a.png").read_bytes() == b"one"
    assert moved_files(tmp_path) == []


def test_what_was_thrown_away_by_hand_stays_left_out(tmp_path):
    root = write_class_folders(tmp_path / "set", 6)
    reject(root, [Rejection(root / "red" / "0.png", "x", "y")])
    (root / "rejected" / "red" / "0.png").unlink()
    assert moved_paths(root) == {root / "red" / "0.png"}
    assert restore(root).pictures == 0


def test_who_was_not_moved_out_cannot_come_back(tmp_path, capsys):
    assert main(["set", "restore", str(tmp_path), "a.png"]) == 1
    assert "a.png in" in capsys.readouterr().err
    assert main(["set", "verify", str(tmp_path / "none")]) == 1
    assert "no folder" in capsys.readouterr().err


def test_a_move_that_a_kill_came_before_did_not_happen(tmp_path):
    root = write_class_folders(tmp_path / "set", 6)
    (root / "rejected").mkdir()
    row = {"file": "red/0.png", "to": "rejected/red/0.png", "code": "x", "reason": "y"}
    (root / "rejected" / "rejected.jsonl").write_text(json.dumps(row) + "\n")
    found = read_set(SourceConfig("s", str(root), layout="folders"))
    assert len(found.pictures) == 6
    assert "rejected" not in found.classes


@pytest.mark.parametrize("row", [{"to": "../private.png"}, {"to": "/private"}, {"file": "../a"}])
def test_a_log_from_elsewhere_does_not_reach_out_of_the_set(tmp_path, row):
    root = write_class_folders(tmp_path / "set", 6)
    private = tmp_path / "private.png"
    private.write_bytes(b"mine")
    (root / "rejected").mkdir()
    lines = json.dumps({"file": "red/new.png", "to": "rejected/new.png"} | row) + "\n"
    (root / "rejected" / "rejected.jsonl").write_text(lines)
    with pytest.raises(AnitagError, match="row 1"):
        restore(root)
    assert private.read_bytes() == b"mine"


def captioned(root):
    root.mkdir()
    for seed in range(8):
        drawing(seed).save(root / f"{seed}.png")
        (root / f"{seed}.txt").write_text("1girl, smile")
    return root


def with_manifest(root):
    captioned(root)
    rows = "".join(f"{seed}.png,smile\n" for seed in range(8))
    (root / "manifest.csv").write_text("file,tags\n" + rows)
    return root


def cleaned(root):
    write_class_folders(root, 12)
    rows = "".join(
        f"{p.relative_to(root).as_posix()},{p.parent.name}\n" for p in root.rglob("*.png")
    )
    (root / "cleaned.csv").write_text("name,label\n" + rows)
    return root


def in_parts(root):
    write_class_folders(root / "train", 6)
    write_class_folders(root / "test", 6)
    return root


def downloaded(root):
    write_class_folders(root / "icartoonface_rectrain", 9)
    return root


LAYOUTS = {
    "folders": write_class_folders,
    "folders with parts": in_parts,
    "folders, cleaned": cleaned,
    "moeImouto": write_moeimouto,
    "cartoonFace": downloaded,
    "danbooruFaces": write_dafre,
    "danbooru2020": write_danbooru2020,
    "manifest": with_manifest,
    "manifest of captions": captioned,
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_read_without_what_was_rejected(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "3")
    root = LAYOUTS[name](tmp_path / "set")
    layout = guess_layout(root)
    assert layout == name.split(",")[0].split(" ")[0]
    source = SourceConfig("s", str(root), layout=layout)
    before = [p.path for p in read_set(source).pictures]
    for path in before[:2]:  # more than one in a hundred, which would be an error if they were lost
        path.write_bytes(path.read_bytes()[:-40])
    found = verify_set(root, Eyes(None, 1, quiet()), dry_run=False)
    assert sorted(one.path for one in found.bad) == sorted(before[:2])
    assert [p.path for p in read_set(source).pictures] == before[2:]


def test_a_set_that_lost_pictures_otherwise_is_still_refused(tmp_path):
    root = with_manifest(tmp_path / "set")
    (root / "3.png").unlink()
    with pytest.raises(AnitagError, match="row 5: 1 of its files do not exist"):
        read_set(SourceConfig("s", str(root)))


def deadly(path):
    """Look at a picture as a decoder would that some files break."""
    if path.name == "deadly.png":
        os._exit(1)
    return look(path)


def test_a_file_that_fells_the_decoder_is_bad_and_the_others_are_not(tmp_path):
    for seed in range(9):
        drawing(seed).save(tmp_path / f"{seed}.png")
    (tmp_path / "deadly.png").write_bytes((tmp_path / "0.png").read_bytes())
    found = verify_set(tmp_path, Eyes(None, 2, quiet(), deadly), dry_run=False)
    assert (found.sound, [one.code for one in found.bad]) == (9, ["decoder_crashed"])
    assert (tmp_path / "rejected" / "deadly.png").exists()


def hanging(path):
    """Look at a picture as a decoder would that some files never let go."""
    if path.name == "hanging.png":
        time.sleep(600)
    return look(path)


def test_a_file_that_holds_up_the_decoder_is_bad_and_looked_at_anew_the_next_time(tmp_path):
    for seed in range(5):
        drawing(seed).save(tmp_path / f"{seed}.png")
    (tmp_path / "hanging.png").write_bytes((tmp_path / "0.png").read_bytes())
    facts = tmp_path / "facts.jsonl"
    found = verify_set(tmp_path, Eyes(facts, 2, quiet(), hanging, patience=3.0), dry_run=True)
    assert found.sound == 5
    assert [(one.path.name, one.code) for one in found.bad] == [("hanging.png", "decoder_late")]
    assert "longer than 3 seconds" in found.bad[0].reason
    assert "hanging" not in facts.read_text()
    assert verify_set(tmp_path, Eyes(facts, 1, quiet()), dry_run=True).sound == 6


def test_no_time_at_all_is_refused(tmp_path, capsys):
    for wrong in ("0", "-1", "nan", "inf"):
        with pytest.raises(SystemExit):
            main(["set", "verify", str(tmp_path), f"--patience={wrong}"])
        assert "is no time" in capsys.readouterr().err


def failing(path):
    raise ValueError(path.name)


def test_what_work_raises_is_raised_here():
    with pytest.raises(ChildFailedError, match=r"ValueError: 7\.png"):
        list(in_children(failing, [Path("7.png")], 1, 60.0))


def seen_already(path):
    raise AssertionError(path)


def test_what_was_seen_is_not_looked_at_again(tmp_path):
    pictures = [tmp_path / f"{seed}.png" for seed in range(4)]
    for seed, path in enumerate(pictures):
        drawing(seed).save(path)
    pictures[3].write_bytes(b"no picture")
    facts = tmp_path / "facts.jsonl"
    first = dict(look_at(pictures, Eyes(facts, 1, quiet())))
    assert isinstance(first[pictures[3]], Problem)
    assert dict(look_at(pictures, Eyes(facts, 1, quiet(), seen_already))) == first
    pictures[3].write_bytes(pictures[0].read_bytes())
    again = dict(look_at(pictures, Eyes(facts, 1, quiet())))
    assert isinstance(again[pictures[3]], PictureFacts)
    assert again[pictures[3]] == again[pictures[0]]
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    there = [moved / p.name for p in pictures]
    assert len(dict(look_at(there, Eyes(moved / "facts.jsonl", 1, quiet(), seen_already)))) == 4


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    for seed in range(120):
        drawing(seed, 600, 600).save(tmp_path / f"{seed}.png")
    (tmp_path / "7.png").write_bytes(b"no picture")
    words = [sys.executable, "-m", "training", "set", "verify", str(tmp_path), "--workers", "1"]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, start_new_session=True)
    facts = tmp_path / "facts.jsonl"
    end = time.monotonic() + 60
    while time.monotonic() < end and not (facts.exists() and facts.stat().st_size > 4000):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = facts.read_bytes().count(b"\n")
    assert 0 < before < 120
    assert main(words[3:]) == 0
    rows = [json.loads(line) for line in facts.read_text().splitlines()]
    assert len(rows) == len({row["file"] for row in rows}) == 120
    assert [row["file"] for row in log(tmp_path)] == ["7.png"]
