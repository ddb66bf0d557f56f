"""The same persons drawn several times: labelled by person, the same files for ever."""

import io
import json

import pytest

pytest.importorskip("skia")

from PIL import Image

from training.config import SourceConfig
from training.datasets.manifest import read_source
from training.pictures.attributes import ArtStyle
from training.portrayals import Cast, write_portrayals
from training.progress import Progress


def write(folder, persons=range(2, 4)):
    stream = io.StringIO()
    write_portrayals(Cast(folder, persons, 2, 48), Progress(as_json=True, stream=stream))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_person_comes_as_often_as_asked(tmp_path):
    events = write(tmp_path)
    assert events[-1] == {"event": "written", "pictures": 4, "path": str(tmp_path)}
    pictures = read_source(SourceConfig("portrayed", str(tmp_path), grouped_by=("person",)))
    assert [p.identity for p in pictures] == ["person 2", "person 2", "person 3", "person 3"]
    assert len({p.group for p in pictures}) == 2
    assert all("solo" in p.tags for p in pictures)


def test_the_same_cast_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write(tmp_path / name)
    names = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert len(names) == 5
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_all_can_be_drawn_in_one_style(tmp_path):
    cast = Cast(tmp_path, range(3), 2, 48, ArtStyle.CARTOON)
    write_portrayals(cast, Progress(as_json=True, stream=io.StringIO()))
    pictures = read_source(SourceConfig("portrayed", str(tmp_path)))
    assert len(pictures) == 6
    assert all("toon_(style)" in p.tags for p in pictures)


def rows_of(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_wrong_identities_are_told_beside(tmp_path):
    cast = Cast(tmp_path, range(5), 4, 32, wrong_labels=0.4)
    write_portrayals(cast, Progress(as_json=True, stream=io.StringIO()))
    said = {row["file"]: row["identity"] for row in rows_of(tmp_path / "labels.jsonl")}
    truths = rows_of(tmp_path / "planted.jsonl")
    true = {truth["file"]: truth["true"] for truth in truths}
    assert 2 <= len(true) <= 14
    for name, identity in said.items():
        drawn = f"person {int(name[:5])}"
        assert true.get(name, identity) == drawn
        assert (identity != drawn) == (name in true)


def test_a_long_tail_draws_later_persons_less(tmp_path):
    cast = Cast(tmp_path, range(5), 6, 32, long_tail=1.0)
    write_portrayals(cast, Progress(as_json=True, stream=io.StringIO()))
    persons = [row["person"] for row in rows_of(tmp_path / "labels.jsonl")]
    assert [persons.count(p) for p in range(5)] == [6, 3, 2, 2, 1]
    assert not (tmp_path / "planted.jsonl").exists()


def test_faces_fill_squares(tmp_path):
    cast = Cast(tmp_path, range(3), 3, 48, faces=1.0)
    write_portrayals(cast, Progress(as_json=True, stream=io.StringIO()))
    pictures = read_source(SourceConfig("portrayed", str(tmp_path)))
    assert all(p.tags & {"portrait", "close-up"} for p in pictures)
    for picture in pictures:
        with Image.open(picture.path) as opened:
            assert opened.size == (48, 48)
