import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from onnx.external_data_helper import convert_model_to_external_data

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Label
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.foreign.published import known_weights
from anitag_desktop.recognition.model_files import sha256_of
from anitag_desktop.recognition.model_package import ModelPackage
from tests.helpers import models


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return models.write_package(tmp_path / "model")


def refusal(folder: Path) -> str:
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(folder).check_hashes()
    assert caught.value.code == "model_refused"
    return str(caught.value.params["reason"])


def change(folder: Path, path: str, value: object) -> None:
    """Set a field of the manifest, as ``outputs.0.width``."""
    file = folder / "anitag-model.json"
    manifest = json.loads(file.read_text())
    *parents, last = path.split(".")
    place = manifest
    for part in parents:
        place = place[int(part) if part.isdigit() else part]
    place[int(last) if last.isdigit() else last] = value
    file.write_text(json.dumps(manifest))


def test_own_package(package: Path) -> None:
    loaded = ModelPackage.load(package)
    loaded.check_hashes()
    assert (loaded.key.model_id, loaded.key.revision) == ("anitag/test", "1")
    assert loaded.labels[0] == Label("rating:general", TagCategory.RATING)
    assert loaded.labels[11] == Label("tag,with_comma", TagCategory.GENERAL)
    assert loaded.thresholds.of("saber_(fate)", TagCategory.CHARACTER) == 0.6
    assert loaded.embedding is not None


def test_revision_falls_back_to_the_weights(package: Path) -> None:
    change(package, "revision", None)
    assert ModelPackage.load(package).key.revision == sha256_of(package / "model.onnx")[:12]


def test_source_revision_counts(package: Path) -> None:
    change(package, "revision", None)
    change(package, "source", {"hub": "a/b", "revision": "7f6b584d"})
    assert ModelPackage.load(package).key.revision == "7f6b584d"


def test_wd_folder_without_manifest(tmp_path: Path) -> None:
    loaded = ModelPackage.load(models.write_wd(tmp_path / "WD Vit", 448))
    assert loaded.key.model_id == "local/wd-vit"
    assert [label.name for label in loaded.labels[:4]] == [
        "rating:general",
        "rating:sensitive",
        "rating:questionable",
        "rating:explicit",
    ]
    assert loaded.manifest.input.size == (448, 448)
    assert loaded.thresholds.of("1girl", TagCategory.GENERAL) == 0.35
    assert loaded.thresholds.of("hatsune_miku", TagCategory.CHARACTER) == 0.85


def test_published_weights_bring_their_own_threshold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = models.write_wd(tmp_path / "model", 32)
    sha256 = "35f23693620b668f4d53fd3c62bf65e40af739bc52c7eb0fbc49258b58d065b6"
    known = dataclasses.replace(known_weights()[sha256], revision="7f6b")
    monkeypatch.setitem(known_weights(), sha256_of(folder / "model.onnx"), known)
    loaded = ModelPackage.load(folder)
    assert (loaded.key.model_id, loaded.key.revision) == (known.id, "7f6b")
    assert loaded.thresholds.of("1girl", TagCategory.GENERAL) == 0.2614
    assert loaded.manifest.decode.presets["customary"][TagCategory.CHARACTER] == 0.85


def test_wd_with_embedding_and_fixed_batch(tmp_path: Path) -> None:
    with_vector = ModelPackage.load(models.write_wd(tmp_path / "a", 32, embedding=True))
    assert with_vector.embedding is not None
    assert with_vector.embedding.width == models.EMBEDDING_WIDTH
    assert ModelPackage.load(models.write_wd(tmp_path / "b", 32, batch=1)).manifest.max_batch == 1


def test_labels_named_like_missing_values_survive(tmp_path: Path) -> None:
    loaded = ModelPackage.load(models.write_wd(tmp_path / "model", 32))
    assert "null" in [label.name for label in loaded.labels]


def test_label_count_must_be_the_output_width(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "model", 32, labels=models.LABELS[:-1])
    assert "has 13 labels and the score output is 14 wide" in refusal(folder)


def test_lfs_pointer(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "model", 32)
    (folder / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\noid x\n")
    assert "Git LFS pointer" in refusal(folder)


def test_web_page_instead_of_weights(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "model", 32)
    (folder / "model.onnx").write_text("\n<!DOCTYPE html><html>Sign in</html>")
    assert "web page" in refusal(folder)


@pytest.mark.parametrize("head", [b"PK\x03\x04rest", b"\x80\x04\x95rest"])
def test_pickle_named_onnx(tmp_path: Path, head: bytes) -> None:
    folder = models.write_wd(tmp_path / "model", 32)
    (folder / "model.onnx").write_bytes(head)
    assert "may run code" in refusal(folder)


def test_folder_with_a_pickle_only(tmp_path: Path) -> None:
    (tmp_path / "model.pth").write_bytes(b"\x80\x04")
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(tmp_path)
    assert caught.value.code == "not_a_model"
    assert "only ONNX and safetensors are loaded" in str(caught.value)


@pytest.mark.parametrize("what", ["missing", "a file", "empty"])
def test_no_model_at_all(tmp_path: Path, what: str) -> None:
    place = tmp_path / "x"
    if what == "a file":
        place.write_text("hello")
    if what == "empty":
        place.mkdir()
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(place)
    assert caught.value.code == "not_a_model"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("schema", 2, "schema is 2"),
        ("id", "two words", "white space"),
        ("runtime", {"backend": "jax"}, '"jax", not one of'),
        ("runtime", {"backend": "torch"}, "model.onnx is not run by torch"),
        ("files.0.size", 5, "bytes instead of 5"),
        ("files.0.sha256", "0" * 64, "sha256 of model.onnx"),
        ("files.1.sha256", "0" * 64, "sha256 of labels.csv"),
        ("files.0.sha256", "abc", "not 64 hex digits"),
        ("files.0.path", "../model.onnx", "leaves the folder"),
        ("files.0.path", "/etc/passwd", "leaves the folder"),
        ("files.0.path", "gone.onnx", "cannot be found"),
        ("files.0.path", "model.pt", "may run code"),
        ("files.0.role", "extra", 'no file of role "weights"'),
        ("input.name", "image", 'not "image"'),
        ("input.size", [64, 64], "not NCHW of 64 x 64"),
        ("input.size", [32], "not 2 whole numbers"),
        ("input.layout", "NHWC", "not NHWC"),
        ("input.layout", "HWC", "not one of"),
        ("input.dtype", "uint8", "not float32"),
        ("preprocess.3.size", [16, 16], "does not end in the size"),
        ("preprocess.6.value", "NHWC", "does not end in the layout"),
        ("preprocess.3.op", "rotate", '"rotate" is unknown'),
        ("preprocess.3.kernel", "magic", "not one of"),
        ("preprocess.4.op", "exif", 'exactly one "float"'),
        ("preprocess.5.std", [0, 1, 1], '"std" is 0'),
        ("preprocess.1.op", "exif", 'no "flatten"'),
        ("outputs.0.width", 15, "is 14 wide; the manifest says 15"),
        ("outputs.0.name", "scores", 'no output "scores"'),
        ("outputs.0.activation", "relu", "not one of"),
        ("outputs.1.role", "scores", 'more than one output has the role "scores"'),
        ("labels", None, "no labels"),
        ("labels.type", "pickle", '"pickle", not one of'),
        ("labels.file", "other.csv", "does not name other.csv"),
        ("labels.name_col", "tag", 'no column "tag"'),
        ("kind", "detector", 'has to have an output of the role "boxes"'),
        ("input.mask", "mask", "the network's inputs are"),
        ("decode.thresholds.general", 1.5, "not within 0 to 1"),
        ("decode.thresholds", {"species": 0.5}, "not a category"),
        ("metrics.0.value", "good", "not a number"),
    ],
)
def test_each_check_names_itself(package: Path, field: str, value: object, words: str) -> None:
    change(package, field, value)
    assert words in refusal(package)


@pytest.mark.parametrize("broken", ["a,b,general", '"a,general', '"a"b,general', "a"])
def test_a_broken_row_of_labels_is_named_by_its_line(package: Path, broken: str) -> None:
    lines = (package / "labels.csv").read_text("utf-8").splitlines()
    lines[2] = broken
    (package / "labels.csv").write_text("\n".join(lines) + "\n", "utf-8")
    change(package, "files.1", models.file_record(package, "labels", "labels.csv"))
    assert refusal(package).startswith("labels.csv, line 3")


@pytest.mark.parametrize("text", ["", "{", "[]", '"text"', "[" * 100_000, "\udcff"])
def test_manifest_that_is_none(package: Path, text: str) -> None:
    (package / "anitag-model.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "anitag-model.json" in refusal(package)


def test_truncated_weights(package: Path) -> None:
    weights = package / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:-40])
    change(package, "files.0.size", None)
    assert "cut off" in refusal(package)


def test_mutated_weights_never_raise_anything_else(package: Path) -> None:
    weights = package / "model.onnx"
    whole = weights.read_bytes()
    change(package, "files.0.size", None)
    for place in range(0, min(len(whole), 1500), 7):
        mutated = bytearray(whole)
        mutated[place] ^= 0xFF
        weights.write_bytes(mutated)
        with pytest.raises(AnitagError):
            ModelPackage.load(package).check_hashes()


def with_outside_weights(folder: Path, location: str) -> None:
    model = onnx.load(folder / "model.onnx")
    convert_model_to_external_data(model, location=location, size_threshold=100)
    onnx.save(model, folder / "model.onnx")


def test_outside_weights_have_to_be_named_and_hashed(package: Path) -> None:
    with_outside_weights(package, "model.onnx.data")
    own = models.own_manifest(package, 32)
    models.write_manifest(package, own)
    assert "which the manifest does not name and hash" in refusal(package)
    own["files"].append(models.file_record(package, "external_data", "model.onnx.data"))
    models.write_manifest(package, own)
    ModelPackage.load(package).check_hashes()


def test_outside_weights_may_not_be_a_link(package: Path, tmp_path: Path) -> None:
    with_outside_weights(package, "model.onnx.data")
    (package / "model.onnx.data").rename(tmp_path / "elsewhere")
    (package / "model.onnx.data").symlink_to(tmp_path / "elsewhere")
    own = models.own_manifest(package, 32)
    own["files"].append(models.file_record(package, "external_data", "model.onnx.data"))
    models.write_manifest(package, own)
    assert "not a regular file" in refusal(package)


def test_operators_of_unknown_origin(package: Path) -> None:
    model = onnx.load(package / "model.onnx")
    model.opset_import.append(onnx.helper.make_opsetid("com.evil", 1))
    onnx.save(model, package / "model.onnx")
    change(package, "files.0.size", None)
    assert '"com.evil"' in refusal(package)


def test_tag_thresholds(package: Path) -> None:
    (package / "thresholds.json").write_text('{"1girl": 0.25}')
    change(package, "decode.tag_thresholds_file", "thresholds.json")
    assert "does not name thresholds.json" in refusal(package)
    manifest = json.loads((package / "anitag-model.json").read_text())
    record = models.file_record(package, "thresholds", "thresholds.json")
    models.write_manifest(package, {**manifest, "files": [*manifest["files"], record]})
    loaded = ModelPackage.load(package)
    assert loaded.thresholds.of("1girl", TagCategory.GENERAL) == 0.25
    assert loaded.thresholds.of("solo", TagCategory.GENERAL) == 0.4


def test_manifest_of_a_detected_model_can_be_written_and_read(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "model", 32)
    detected = ModelPackage.load(folder)
    (folder / "anitag-model.json").write_text(detected.manifest_json)
    read = ModelPackage.load(folder)
    assert dataclasses.replace(read, manifest_json="") == dataclasses.replace(
        detected, manifest_json=""
    )


def test_listing_models_loads_nothing_heavy(package: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from anitag_desktop.recognition.model_package import ModelPackage\n"
        "import anitag_desktop.worker.client\n"
        f"ModelPackage.load(Path({str(package)!r}))\n"
        "print([m for m in ('numpy', 'PIL', 'onnxruntime', 'onnx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
