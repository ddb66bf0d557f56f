"""Doubts: planted wrong labels and twins lead the ranking, and decisions hold in every layout."""

import csv
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from anitag_desktop.domain.error import AnitagError
from tests.helpers.images import drawing
from tests.helpers.models import write_package
from tests.helpers.pages import StrictPage
from tests.helpers.toy_layouts import write_class_folders, write_dafre, write_moeimouto
from training.__main__ import main
from training.config import SourceConfig
from training.curating.doubting import doubts, judged, out_of_fold, vectors_of
from training.curating.facts import look
from training.curating.opened_set import Seen
from training.datasets.decisions import Decision, Deed, decide, decided, log_of
from training.datasets.layouts import read_set
from training.datasets.sample import LabelledPicture

DIM, COUNT, WRONG = 12, 240, 20


def clusters(seed: int = 0):
    """Vectors of three classes, their true classes, and labels of which some are wrong."""
    draw = np.random.default_rng(seed)
    truth = np.arange(COUNT) % 3
    vectors = (2.0 * np.eye(3, DIM)[truth] + draw.standard_normal((COUNT, DIM))).astype(np.float32)
    turned = np.zeros(COUNT, np.bool_)
    turned[draw.permutation(COUNT)[:WRONG]] = True
    labels = np.where(turned, (truth + 1) % 3, truth)
    return vectors, labels, turned


def auroc(scores: np.ndarray, wrong: np.ndarray) -> float:
    """How often a wrong label is ranked before a right one."""
    return float((scores[wrong][:, None] < scores[~wrong][None]).mean())


def test_planted_label_noise_is_ranked_first():
    vectors, labels, turned = clusters()
    shares = out_of_fold(vectors, labels, [str(place) for place in range(COUNT)])
    quality, is_issue = judged(labels, shares)
    assert auroc(quality, turned) > 0.9
    assert is_issue[turned].mean() > 5 * is_issue[~turned].mean()


def test_one_fold_is_not_enough_and_no_pictures_are_an_error():
    vectors, labels, _ = clusters()
    groups = [str(place) for place in range(COUNT)]
    assert (
        out_of_fold(vectors, labels, groups, 1) == out_of_fold(vectors, labels, groups, 2)
    ).all()
    with pytest.raises(AnitagError, match="two classes"):
        doubts(Seen((), ()), vectors_of(Seen((), ()), None, None))


def test_no_picture_nor_its_twin_judges_itself():
    vectors, labels, _ = clusters()
    vectors = np.concatenate([vectors, vectors[:1]])
    groups = [str(place) for place in range(COUNT)]
    before = out_of_fold(vectors, np.append(labels, labels[0]), [*groups, "0"])
    changed = np.append(labels, labels[0])
    changed[[0, COUNT]] = (labels[0] + 1) % 3
    shares = out_of_fold(vectors, changed, [*groups, "0"])
    # The folds are stratified by the labels, so other pictures changed places, too.
    assert shares[0, labels[0]] == pytest.approx(before[0, labels[0]], abs=0.1)
    assert shares[0, labels[0]] > 0.5


def test_sets_that_cannot_be_judged_say_why():
    vectors = np.zeros((4, 2), np.float32)
    for labels, groups in (([0, 0, 0, 0], "abcd"), ([0, 0, 0, 1], "abcd"), ([0, 0, 1, 1], "abcc")):
        with pytest.raises(AnitagError, match="two classes"):
            out_of_fold(vectors, np.array(labels), list(groups))


def put(path: Path, image) -> LabelledPicture:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return LabelledPicture(path, "s", path.name, identity=path.parent.name)


def test_twins_with_different_labels_lead(tmp_path):
    made = []
    for number in range(6):
        name = ("blue", "red")[number % 2]
        made.append(put(tmp_path / name / f"{number}.png", drawing(number, 64, 64)))
    made.append(put(tmp_path / "red" / "twin.png", drawing(0, 64, 64)))
    seen = Seen(tuple(made), tuple(look(one.path) for one in made))
    vectors = np.array([[1.0, 0.0] if one.identity == "blue" else [0.0, 1.0] for one in made])
    first, second, *rest = doubts(seen, vectors.astype(np.float32)).ranked
    assert {first.picture.path.name, second.picture.path.name} == {"0.png", "twin.png"}
    assert first.why == f"a near-duplicate is called {first.twins[0].identity}"
    assert not any(one.twins for one in rest)


def test_who_cannot_be_judged_is_set_aside_and_the_others_are_judged(tmp_path):
    made = [
        put(tmp_path / ("blue", "red")[number % 2] / f"{number}.png", drawing(number, 64, 64))
        for number in range(8)
    ]
    made.append(put(tmp_path / "single" / "a.png", drawing(20, 64, 64)))
    made.append(put(tmp_path / "copied" / "a.png", drawing(21, 64, 64)))
    made.append(put(tmp_path / "copied" / "b.png", drawing(21, 64, 64)))
    made.append(put(tmp_path / "red" / "of_copied.png", drawing(21, 64, 64)))
    made.append(replace(put(tmp_path / "none" / "a.png", drawing(23, 64, 64)), identity=""))
    seen = Seen(tuple(made), tuple(look(one.path) for one in made))
    kinds = [[1.0, 0.0] if one.identity == "blue" else [0.0, 1.0] for one in made]
    found = doubts(seen, np.array(kinds, np.float32))
    assert found.aside == {"single": 1, "copied": 2, "": 1}
    assert {one.picture.identity for one in found.ranked} == {"blue", "red"}
    assert found.ranked[0].picture.path.name == "of_copied.png"
    assert {twin.identity for twin in found.ranked[0].twins} == {"copied"}


@pytest.fixture
def root(tmp_path):
    return write_class_folders(tmp_path / "set", 30)


def read(path: Path, layout: str) -> dict[str, str]:
    found = read_set(SourceConfig("set", str(path), layout=layout)).pictures
    return {one.path.relative_to(path).as_posix(): one.identity for one in found}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_ranking_is_written_decided_and_learnt_from(root, tmp_path, capsys):
    package = write_package(tmp_path / "model")
    (root / "red" / "0.png").rename(root / "blue" / "wrong.png")
    before = read(root, "folders")
    assert main(["clean", str(root), "--find", str(package), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    table = root / "doubts.csv"
    found = rows(table)
    assert told["pictures"] == len(found) == len(before) == 30
    assert [
        float(one["likely"]) for one in found if not one["twins"] and not one["issue"]
    ] == sorted(float(one["likely"]) for one in found if not one["twins"] and not one["issue"])
    [drop, relabel, keep, *_] = found
    other = next(name for name in set(before.values()) if name != relabel["label"])
    drop["decision"], keep["decision"] = "drop", "keep"
    relabel["decision"], relabel["new_label"] = "relabel", other
    with table.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, found[0])
        writer.writeheader()
        writer.writerows(found)
    assert main(["clean", str(root), "--take", str(table), "--who", "mio"]) == 0
    expected = {**before, relabel["file"]: other}
    del expected[drop["file"]]
    assert read(root, "folders") == expected
    logged = [json.loads(line) for line in log_of(root).read_text().splitlines()]
    assert {one["who"] for one in logged} == {"mio"}
    assert all(one["when"] and one["why"] == "as doubts.csv says" for one in logged)
    assert len(list(root.rglob("*.png"))) == 30
    assert main(["clean", str(root), "--find", str(package), "--json"]) == 0
    again = {one["file"] for one in rows(table)}
    assert not again & {drop["file"], relabel["file"], keep["file"]}


class _Page(HTMLParser):
    """Collects where a page would reach, its figures, and its data."""

    def __init__(self):
        super().__init__()
        self.sources, self.files, self.data, self._is_data = [], [], "", False

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.sources += [known[name] for name in ("src", "href") if name in known]
        if "data-file" in known:
            self.files.append(known["data-file"])
        self._is_data = known.get("id") == "set"

    def handle_data(self, data):
        self.data += data if self._is_data else ""


def test_the_page_is_whole_by_itself_and_nothing_in_it_runs(root, tmp_path):
    evil = "</script><script>alert(1)</script>.png"
    (root / "red" / "0.png").rename(root / "red" / evil.replace("/", "&"))
    assert main(["clean", str(root), "--find", str(write_package(tmp_path / "m"))]) == 0
    text = (root / "doubts.html").read_text()
    assert StrictPage(root / "doubts.html").faults == []
    page = _Page()
    page.feed(text)
    assert page.sources
    assert all(one.startswith("data:image/jpeg;base64,") for one in page.sources)
    assert len(page.files) == 30
    assert "<script>alert" not in text
    assert len(json.loads(page.data)["pictures"]) == 30


def test_a_class_of_one_picture_is_told_and_stays_in_the_page(root, tmp_path, capsys):
    (root / "lone").mkdir()
    drawing(99).save(root / "lone" / "a.png")
    assert main(["clean", str(root), "--find", str(write_package(tmp_path / "m")), "--json"]) == 0
    *_, aside, end = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert aside == {"event": "aside", "class": "lone", "pictures": 1}
    assert (end["pictures"], end["aside"]) == (30, 1)
    text = (root / "doubts.html").read_text()
    assert "Not judged, since no other picture shows their class: lone 1." in text
    page = _Page()
    page.feed(text)
    data = json.loads(page.data)
    assert ["lone/a.png", "lone"] in data["pictures"]
    assert "lone" in data["labels"]


def test_what_could_not_be_read_is_not_lost_by_taking_the_page(root, tmp_path):
    (root / "red" / "0.png").write_bytes(b"none for now")
    assert main(["clean", str(root), "--find", str(write_package(tmp_path / "m"))]) == 0
    page = _Page()
    page.feed((root / "doubts.html").read_text())
    assert len(page.files) == 29
    assert ["red/0.png", "red"] in json.loads(page.data)["pictures"]


@pytest.mark.parametrize(
    ("layout", "write"), [("moeImouto", write_moeimouto), ("danbooruFaces", write_dafre)]
)
def test_decisions_hold_in_other_layouts(tmp_path, layout, write):
    path = write(tmp_path / "set")
    before = read(path, layout)
    first, second, third = sorted(before)[:3]
    other = next(name for name in set(before.values()) if name != before[second])
    made = [Decision(first, Deed.DROP), Decision(second, Deed.RELABEL, other)]
    decide(path, [*made, Decision(third, Deed.KEEP)], "mio")
    expected = {**before, second: other}
    del expected[first]
    assert read(path, layout) == expected
    decide(path, [Decision(first, Deed.FORGET), Decision(second, Deed.FORGET)], "mio")
    assert read(path, layout) == before
    assert set(decided(path)) == {third}


def test_decisions_hold_for_a_manifest(tmp_path):
    write_class_folders(tmp_path / "set", 6)
    files = sorted(one.relative_to(tmp_path / "set").as_posix() for one in tmp_path.rglob("*.png"))
    table = tmp_path / "set" / "manifest.csv"
    table.write_text("file,identity\n" + "".join(f"{f},{f.split('/')[0]}\n" for f in files))
    assert main(["clean", str(table), "--drop", str(tmp_path / "set" / files[0])]) == 0
    assert set(read(tmp_path / "set", "manifest")) == set(files[1:])
    assert not (tmp_path / "set" / "cleaned.csv").exists()


def test_a_cleaned_csv_of_fastai_becomes_decisions(root, tmp_path):
    before = read(root, "folders")
    table = tmp_path / "cleaned.csv"
    kept = {**before, "red/3.png": "green"}
    del kept["red/0.png"]
    lines = "".join(f"{name},{label}\n" for name, label in kept.items())
    table.write_text(f"name,label\n{lines}")
    assert main(["clean", str(root), "--take", str(table)]) == 0
    assert read(root, "folders") == kept
    assert {one.file: one.deed for one in decided(root).values()} == {
        "red/0.png": Deed.DROP,
        "red/3.png": Deed.RELABEL,
    }
    table.write_text("name,label\n" + "".join(f"{n},{c}\n" for n, c in before.items()))
    assert main(["clean", str(root), "--take", str(table)]) == 0
    assert read(root, "folders") == before


def test_broken_logs_and_tables_name_the_row(root, tmp_path):
    log_of(root).write_text('{"file": "red/0.png", "decision": "burn"}\n')
    with pytest.raises(AnitagError, match="row 1"):
        read(root, "folders")
    log_of(root).unlink()
    table = tmp_path / "doubts.csv"
    for line, said in (("red/0.png,burn,", "none of"), ("red/0.png,relabel,", "new_label")):
        table.write_text(f"file,decision,new_label\n{line}\n")
        from training.cleaning import take

        with pytest.raises(AnitagError, match=said):
            take(root, table)
    assert not log_of(root).exists()
