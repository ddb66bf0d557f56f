from pathlib import Path

import pytest

from anitag_desktop.paths import bundled_models
from anitag_desktop.recognition.catalogue import CATALOGUE_NAME, read_catalogue
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.finding import all_families
from anitag_desktop.recognition.foreign.published import known_weights

MODEL = """
schema = 1
seen = "2026-11-21"
[[model]]
id = "a/b"
title = "B"
summary = "It is."
family = "wd"
repository = "A/B"
licence = "MIT"
megabytes = 1
files = [{ path = "model.onnx" }]
"""


def test_our_catalogue():
    catalogue = read_catalogue(bundled_models() / CATALOGUE_NAME)
    families = {family.name for family in all_families()}
    assert len(catalogue) > 15
    for model in catalogue:
        assert model.family in families, model.id
        assert model.id == model.id.lower()
        assert all(metric.set for metric in model.metrics)
    assert sum(model.is_pinned for model in catalogue) == 2


def test_weights_are_known_by_their_hash():
    known = known_weights()
    vit = known["35f23693620b668f4d53fd3c62bf65e40af739bc52c7eb0fbc49258b58d065b6"]
    assert (vit.id, vit.balance) == ("smilingwolf/wd-vit-tagger-v3", 0.2614)
    assert len(known) >= 4
    assert len({model.id for model in known.values()}) == len(known), "of tables there may be more"


def test_what_is_not_known_is_not_made_up(tmp_path: Path):
    path = tmp_path / "c.toml"
    path.write_text(MODEL)
    (model,) = read_catalogue(path)
    assert (model.revision, model.terms, model.labels, model.balance) == ("", "", 0, None)
    assert model.seen == "2026-11-21"
    assert (model.files[0].bytes, model.files[0].sha256, model.is_pinned) == (None, None, False)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema = 1", "schema = 2", "another version"),
        ("schema = 1", "schema = ", "not TOML"),
        ('"A/B"', '"A/B/../C"', "name of a repository"),
        ('"A/B"', '"A/B?x=1"', "name of a repository"),
        ('path = "model.onnx"', 'path = "../model.onnx"', "leaves the folder"),
        ('path = "model.onnx"', 'path = "model.pth"', "may run code"),
        ('path = "model.onnx"', 'path = "m.onnx", sha256 = "12"', "64 hex digits"),
        ("megabytes = 1", 'megabytes = 1\nrevision = "main"', "number of a commit"),
        ('{ path = "model.onnx" }', "", "no files"),
    ],
)
def test_mistakes_are_found(tmp_path: Path, old: str, new: str, words: str):
    path = tmp_path / "c.toml"
    path.write_text(MODEL.replace(old, new))
    with pytest.raises(ManifestError, match=words):
        read_catalogue(path)
