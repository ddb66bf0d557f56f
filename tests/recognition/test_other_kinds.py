"""Models that do not tag: detectors, classifiers, embedders of characters."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.detection import Box
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.recognition.session import CPU, open_on
from anitag_desktop.recognition.verification import verify
from anitag_desktop.worker.messages import Recognised
from tests.helpers import images, models
from tests.helpers.look_alikes import (
    Kernel,
    seen,
    stretched,
    write_ccip,
    write_classifier,
    write_detector,
    write_export,
    write_pictures,
)
from tests.helpers.workers import worker

PICTURE = images.drawing(7, 320, 160)
CENTRES = [
    (320, 320, 100, 100, 0.9),
    (324, 322, 100, 100, 0.8),
    (100, 100, 50, 50, 0.6),
    (500, 500, 20, 20, 0.1),
]


def read(folder: Path) -> tuple[ModelPackage, Reading]:
    package = ModelPackage.load(folder)
    recognizer = open_on(package, [CPU])
    assert [check for check in verify(recognizer) if not check.ok] == []
    pixels = preprocess(PICTURE, package.manifest.preprocess)
    return package, recognizer.recognise(pixels[None])[0]


def found(folder: Path) -> list[tuple[str, float]]:
    package, reading = read(folder)
    assert package.manifest.kind == "detector"
    assert reading.boxes is not None
    return [(package.labels[b.label].name, round(b.score, 4)) for b in reading.boxes]


def near(box: Box, *sides: float) -> bool:
    return np.allclose((box.left, box.top, box.right, box.bottom), sides, atol=1e-6)


def test_boxes_of_one_thing_count_once(tmp_path: Path) -> None:
    write_detector(tmp_path / "face", CENTRES)
    package, reading = read(tmp_path / "face")
    assert [round(box.score, 4) for box in reading.boxes] == [0.9, 0.6]
    assert near(reading.boxes[0], 270 / 640, 270 / 640, 370 / 640, 370 / 640)
    assert package.manifest.decode.sure == 0.307
    assert [label.name for label in package.labels] == ["face"]


def test_boxes_of_different_things_do_not_displace_each_other(tmp_path: Path) -> None:
    rows = [(320, 320, 100, 100, 0.9, 0.1), (322, 320, 100, 100, 0.2, 0.8)]
    write_detector(tmp_path / "m", rows, names=("head", "hand"))
    assert found(tmp_path / "m") == [("head", 0.9), ("hand", 0.8)]


def test_boxes_that_the_network_has_thinned_out(tmp_path: Path) -> None:
    rows = [(270, 270, 370, 370, 0.9, 0), (272, 270, 370, 370, 0.5, 0), (0, 0, 9, 9, 0.2, 0)]
    write_detector(tmp_path / "m", rows, form="corners")
    assert found(tmp_path / "m") == [("face", 0.9), ("face", 0.5)]


def test_boxes_as_fractions(tmp_path: Path) -> None:
    rows = [(0.5, 0.5, 0.2, 0.4, 0.1, 0.9), (0.1, 0.1, 0.4, 0.1, 0.5, 0)]
    write_detector(tmp_path / "m", rows, form="fractions", names=("head", "face"))
    _, reading = read(tmp_path / "m")
    first, second = reading.boxes
    assert near(first, 0.4, 0.3, 0.6, 0.7)
    assert near(second, 0, 0.05, 0.3, 0.15), "what lies outside the picture is cut off"


def test_class_without_a_label(tmp_path: Path) -> None:
    write_detector(tmp_path / "m", [(0, 0, 9, 9, 0.9, 3)], form="corners")
    package = ModelPackage.load(tmp_path / "m")
    pixels = preprocess(PICTURE, package.manifest.preprocess)
    with pytest.raises(AnitagError, match="class 3; it has 1 labels"):
        open_on(package, [CPU]).recognise(pixels[None])


def test_more_classes_than_names(tmp_path: Path) -> None:
    write_detector(tmp_path / "m", [(1, 1, 1, 1, 0.5, 0.5)], names=("head", "face"))
    content = (tmp_path / "m" / "model.onnx").read_bytes()
    changed = content.replace(b"{0: 'head', 1: 'face'}", b"{0: 'head,  1:  face'}")
    (tmp_path / "m" / "model.onnx").write_bytes(changed)
    with pytest.raises(AnitagError, match="has 1 labels and the score output is 2 wide"):
        ModelPackage.load(tmp_path / "m")


@pytest.mark.parametrize("names", ["__import__('os').abort()", "{0: 1}", "[", "{5: 'face'}"])
def test_names_are_read_and_never_run(tmp_path: Path, names: str) -> None:
    write_detector(tmp_path / "m", CENTRES, names=("x" * len(names),))
    content = (tmp_path / "m" / "model.onnx").read_bytes()
    old = repr({0: "x" * len(names)}).encode()
    (tmp_path / "m" / "model.onnx").write_bytes(
        content.replace(old, names.ljust(len(old)).encode())
    )
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(tmp_path / "m")
    assert caught.value.code == "model_refused"


@pytest.mark.parametrize(
    ("write", "kernel", "side"),
    [(write_classifier, Kernel.BILINEAR, 384), (write_export, Kernel.BICUBIC, 224)],
)
def test_classifier(tmp_path: Path, write, kernel: Kernel, side: int) -> None:
    write(tmp_path / "m")
    package, reading = read(tmp_path / "m")
    assert package.manifest.kind == "classifier"
    odds = models.expected_scores(stretched(kernel)(PICTURE, side))
    powers = odds / (1 - odds)
    assert np.abs(reading.scores - powers / powers.sum()).max() < 1e-3


def test_character_embedder(tmp_path: Path) -> None:
    write_ccip(tmp_path / "m")
    package, reading = read(tmp_path / "m")
    assert package.manifest.kind == "embedder"
    assert package.manifest.decode.same == pytest.approx(0.64305)
    assert (package.labels, reading.scores) == ((), None)
    assert float(reading.embedding @ character_vector(PICTURE)) > 1 - 1e-6


CLASSIFIERS = {
    "classifier": (write_classifier, Kernel.BILINEAR, 384),
    "export": (write_export, Kernel.BICUBIC, 224),
}


@pytest.mark.integration
def test_classes_and_vectors_of_every_kind_of_file_through_a_worker(tmp_path: Path) -> None:
    for name, (write, _, _) in CLASSIFIERS.items():
        write(tmp_path / name)
    write_ccip(tmp_path / "ccip")
    (tmp_path / "art").mkdir()
    pictures = write_pictures(tmp_path / "art")
    folders = [tmp_path / name for name in (*CLASSIFIERS, "ccip")]
    with worker(tmp_path / "thumbnails", folders) as started:
        answers = started.recognise(pictures.values())
    for path, answer in zip(pictures.values(), answers, strict=True):
        assert isinstance(answer, Recognised), answer
        *classes, character = answer.models
        for (_, kernel, side), found in zip(CLASSIFIERS.values(), classes, strict=True):
            odds = models.expected_scores(stretched(kernel)(seen(path), side))
            wanted = odds / (1 - odds) / (odds / (1 - odds)).sum()
            given = dict(found.scores)
            for place, score in enumerate(wanted):
                assert given.get(place, 0.0) == pytest.approx(score, abs=1e-3) or score < 0.051
        vector = np.frombuffer(character.embedding, "<f2").astype(np.float32)
        assert vector @ character_vector(seen(path)) > 1 - 1e-3


def character_vector(image: Image.Image) -> np.ndarray:
    seen = np.asarray(stretched(Kernel.BILINEAR)(image, 384), np.float64) / 255
    parts = [seen[y : y + 192, x : x + 192].mean((0, 1)) for y in (0, 192) for x in (0, 192)]
    weight = np.random.default_rng(0).standard_normal((12, models.EMBEDDING_WIDTH))
    vector = np.concatenate(parts) @ weight
    return vector / np.linalg.norm(vector)
