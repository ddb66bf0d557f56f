"""Folders that look like a model of a family and are wrong, hostile, or of no family at all."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import pytest

from anitag_desktop.domain import tag_list
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.foreign import categories
from anitag_desktop.recognition.model_files import sha256_of
from anitag_desktop.recognition.model_package import ModelPackage
from tests.helpers import models
from tests.helpers.checkpoints import write_checkpoint, write_tensors
from tests.helpers.look_alikes import (
    TAGGERS,
    document,
    network,
    table,
    write_ccip,
    write_classifier,
    write_detector,
    write_export,
)

Damage = Callable[[Path], object]


def refusal(folder: Path, code: str = "model_refused") -> str:
    with pytest.raises(AnitagError) as caught:
        ModelPackage.load(folder).check_hashes()
    assert caught.value.code == code
    return str(caught.value.params["reason"])


def made(folder: Path, name: str) -> Path:
    TAGGERS[name].write(folder, 32)
    return folder


def with_stage(folder: Path, **stage: object) -> None:
    found = json.loads((folder / "preprocess.json").read_text())
    found["stages"].insert(1, stage)
    document(folder, "preprocess.json", found)


@pytest.mark.parametrize(
    ("name", "damage", "words"),
    [
        ("pixai", lambda f: with_stage(f, type="jitter"), 'stage "jitter"'),
        ("pixai", lambda f: with_stage(f, type="resize", size="all"), '"size" of its preprocess'),
        ("pixai", lambda f: with_stage(f, type="resize", size=9, max_size=9), "max_size"),
        ("pixai", lambda f: with_stage(f, type="resize", size=9, interpolation="x"), '"kernel"'),
        (
            "pixai",
            lambda f: with_stage(f, type="pad_to_size", size=9, background_color="octarine"),
            '"octarine"',
        ),
        ("pixai", lambda f: (f / "preprocess.json").unlink(), "how pictures are prepared"),
        ("pixai", lambda f: (f / "preprocess.json").write_text("{"), "is not JSON"),
        (
            "pixai",
            lambda f: (f / "thresholds.csv").write_text("category,threshold\n0,much\n"),
            'threshold "much"',
        ),
        (
            "pixai",
            lambda f: (f / "thresholds.csv").write_text("category,threshold\n8,0.5\n"),
            'category "8", which is not mapped',
        ),
        ("pixai", lambda f: network(f, 32, "embedding:vector"), 'no output "prediction"'),
        ("cl_tagger", lambda f: document(f, "tag_mapping.json", []), "no labels by number"),
        (
            "cl_tagger",
            lambda f: document(f, "tag_mapping.json", {"1": {"tag": "x"}}),
            "no label number 0",
        ),
        (
            "cl_tagger",
            lambda f: document(f, "tag_mapping.json", {"0": {"tag": "x", "category": "Weapon"}}),
            '"Weapon" is not a category',
        ),
        ("ml_danbooru", lambda f: document(f, "classes.json", ["one"]), "has 1 labels"),
        ("joytag", lambda f: (f / "top_tags.txt").write_text("a\n\nb"), "labels is empty"),
        ("joytag", lambda f: (f / "top_tags.txt").write_bytes(b"\xff\xfe"), "is not UTF-8"),
        ("joytag", lambda f: network(f, 32, "o:logits", layout="NHWC"), "not NCHW"),
        ("camie_v2", lambda f: document(f, "x-metadata.json", {}), ""),
        ("deepdanbooru_project", lambda f: document(f, "categories.json", {}), "is not a list"),
        (
            "oppai_oracle",
            lambda f: (f / "selected_tags.csv").unlink(),
            "selected_tags.csv cannot be read",
        ),
        (
            "wd_v3",
            lambda f: (f / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1"),
            "Git LFS pointer",
        ),
    ],
)
def test_the_check_that_failed_is_named(
    tmp_path: Path, name: str, damage: Damage, words: str
) -> None:
    folder = made(tmp_path / "m", name)
    damage(folder)
    if words:
        assert words in refusal(folder)
    else:  # two that could be meant: neither is
        refusal(folder, "not_a_model")


def test_package_that_wants_its_own_code_run(tmp_path: Path) -> None:
    document(tmp_path, "config.json", {"tags": [], "tags_split": {}})
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert "code of its own" in refusal(tmp_path)


def test_second_graph_that_would_be_merged_unseen(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "wd_v3")
    hidden = onnx.ModelProto()
    hidden.graph.name = "hidden"
    with (folder / "model.onnx").open("ab") as file:
        file.write(hidden.SerializeToString())
    assert "damaged" in refusal(folder)


def test_weights_under_another_name(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "joytag")
    (folder / "model.onnx").rename(folder / "JoyTag (1).onnx")
    assert ModelPackage.load(folder).manifest.weights.path == "JoyTag (1).onnx"


def test_outside_weights_are_named_and_hashed(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "joytag")
    model = onnx.load(folder / "model.onnx")
    onnx.save(
        model,
        folder / "model.onnx",
        save_as_external_data=True,
        location="model.onnx.data",
        size_threshold=100,
    )
    package = ModelPackage.load(folder)
    [outside] = [f for f in package.manifest.files if f.role == "external_data"]
    assert outside.sha256 == sha256_of(folder / "model.onnx.data")
    (folder / "model.onnx.data").unlink()
    assert "cannot be found" in refusal(folder)


def test_codes_of_another_booru(tmp_path: Path) -> None:
    """5 is a species there and meta here."""
    folder = made(tmp_path / "m", "z3d_e621")
    file = folder / "tags-selected.csv"
    text = file.read_text().replace("long_hair,0", "fox,5").replace("solo,0", "comic,7")
    file.write_text(text.replace("general,9", "safe,9"))
    kinds = {label.name: label.category for label in ModelPackage.load(folder).labels}
    assert (kinds["fox"], kinds["comic"]) == (TagCategory.GENERAL, TagCategory.META)
    assert kinds["rating:general"] is TagCategory.RATING


def test_codes_that_a_packages_own_list_leaves_out_are_those_of_danbooru(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "pixai")
    own = [{"category": 0, "name": "general"}, {"category": 4, "name": "meta"}]
    document(folder, "categories.json", own)
    kinds = {label.name: label.category for label in ModelPackage.load(folder).labels}
    assert kinds["rating:general"] is TagCategory.RATING
    assert kinds["hatsune_miku"] is TagCategory.META, "its own list counts first"


def test_detected_manifests_can_be_written_and_read(tmp_path: Path) -> None:
    for name in TAGGERS:
        folder = made(tmp_path / name, name)
        detected = ModelPackage.load(folder)
        (folder / "anitag-model.json").write_text(detected.manifest_json)
        again = ModelPackage.load(folder)
        assert (again.manifest, again.labels, again.thresholds) == (
            detected.manifest,
            detected.labels,
            detected.thresholds,
        )


def test_tables_of_ml_danbooru(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "ml_danbooru")
    (folder / "classes.json").unlink()
    table(folder, "tags.csv")
    package = ModelPackage.load(folder)
    assert package.manifest.family == "ml_danbooru"
    assert package.labels[12].category is TagCategory.CHARACTER


def test_table_without_the_order_of_outputs(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "wd_embedding")
    (folder / "selected_tags.csv").rename(folder / "tags_info.csv")
    assert "put the selected_tags.csv of the original model beside it" in refusal(folder)


def test_several_networks(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "joytag")
    (folder / "model.onnx").rename(folder / "a.onnx")
    (folder / "b.onnx").write_bytes((folder / "a.onnx").read_bytes())
    assert "several networks (a.onnx, b.onnx)" in refusal(folder, "not_a_model")


def test_folder_of_no_family(tmp_path: Path) -> None:
    network(tmp_path / "m", 32, "output:logits")
    models.write_csv(tmp_path / "m" / "words.csv", ["word"], [["x"]])
    assert "nor the files of a model family" in refusal(tmp_path / "m", "not_a_model")


JUNK = ("", "[]", "{}", "null", "[[1]]", '{"0": [], "1": {}}', '"x"', "1e999", "a,b\n1", "\x00")


def writers() -> dict[str, Callable[[Path], object]]:
    """Every look-alike at a small size, taggers and others."""
    found: dict[str, Callable[[Path], object]] = {
        name: lambda folder, known=known: known.write(folder, 32) for name, known in TAGGERS.items()
    }
    found["ccip"] = lambda folder: write_ccip(folder, 32)
    found["classifier"] = lambda folder: write_classifier(folder, 32)
    found["export"] = lambda folder: write_export(folder, 32)
    found["detector"] = lambda folder: write_detector(folder, [(9, 9, 9, 9, 0.9)], side=32)
    found["timm"] = write_checkpoint
    return found


@pytest.mark.parametrize("name", writers())
def test_damaged_files_are_refused_in_words(tmp_path: Path, name: str) -> None:
    """Whatever stands beside a network, it is loaded or refused, and never a bug."""
    folder = tmp_path / "m"
    writers()[name](folder)
    rng = random.Random(name)
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        for content in damaged(whole, rng):
            file.write_bytes(content)
            with suppress(AnitagError):
                ModelPackage.load(folder)
        file.write_bytes(whole)
    ModelPackage.load(folder)


def damaged(whole: bytes, rng: random.Random) -> Iterator[bytes]:
    for junk in JUNK:
        yield junk.encode()
    for _ in range(12):
        place = rng.randrange(len(whole))
        yield whole[:place] + bytes([rng.randrange(256)]) + whole[place + 1 :]
        yield whole[:place] + rng.choice([b"[", b"{", b'"', b"9", b"-", b"null"]) + whole[place:]
        yield whole[:place]


def test_lists_and_models_of_a_site_mean_the_same_by_its_categories() -> None:
    for site, codes in ((tag_list.E621, categories.E621), (tag_list.DANBOORU, categories.DANBOORU)):
        listed = {code: kind for code, kind in site.items() if code.isdigit() and kind}
        assert {code: codes[code] for code in listed} == listed
    assert tag_list.E621["2"] == categories.NAMES["contributor"] == "artist"


def test_checkpoints_that_only_foreign_code_can_run_say_so(tmp_path: Path) -> None:
    document(tmp_path, "config.json", {"id2label": {"0": "a"}, "architectures": ["BeitForX"]})
    document(tmp_path, "preprocessor_config.json", {"size": 224})
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 64)
    assert "optimum-cli export onnx" in refusal(tmp_path)
    (tmp_path / "jtp").mkdir()
    (tmp_path / "jtp" / "JTP_PILOT2.safetensors").write_bytes(b"\0" * 64)
    document(tmp_path / "jtp", "tags.json", {"solo": 0})
    assert "only a script of its authors does" in refusal(tmp_path / "jtp")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"model_type": "swin"}, "runs ViT and BEiT"),
        ({"use_mean_pooling": False}, "by the mean of patches"),
        ({"use_shared_relative_position_bias": True}, "shares positions"),
        ({"hidden_act": "relu"}, "another activation"),
        ({"hidden_size": 0}, "without width"),
        ({"id2label": {"0": "a", "1": "b", "2": "c"}}, "no last layer of 3 classes"),
    ],
)
def test_checkpoints_of_transformers_that_are_refused(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    sizes = {"hidden_size": 24, "num_hidden_layers": 1, "num_attention_heads": 3}
    config = {"model_type": "beit", "image_size": 32, "patch_size": 8, "intermediate_size": 48}
    names = {"id2label": {"0": "a", "1": "b"}}
    document(tmp_path, "config.json", {**config, **sizes, **names, **changes})
    document(tmp_path, "preprocessor_config.json", {"size": 32})
    write_tensors(tmp_path / "model.safetensors", {"classifier.weight": np.zeros((2, 24))})
    assert words in refusal(tmp_path)


def test_tags_of_a_checkpoint_have_each_a_number(tmp_path: Path) -> None:
    weights = tmp_path / "JTP_PILOT-e4-vit_tiny_patch16_224.safetensors"
    write_tensors(weights, {"head.weight": np.zeros((2, 192))})
    for tags in ({"a": 0, "b": 0}, {"a": 0, "b": 2}, {"a": 0, "b": "1"}):
        document(tmp_path, "tags.json", tags)
        assert "does not number its labels" in refusal(tmp_path)
    document(tmp_path, "tags.json", {"a": 0, "b": 1, "c": 2})
    assert "no last layer of 3 classes" in refusal(tmp_path)


def test_pixai_v1_is_told_by_the_size_of_its_input(tmp_path: Path) -> None:
    network(tmp_path / "m", 448, "logits:logits")
    table(tmp_path / "m")
    assert "nothing beside it says how pictures are prepared" in refusal(tmp_path / "m")


def test_cl_tagger_v2_needs_the_second_file_of_its_weights(tmp_path: Path) -> None:
    folder = made(tmp_path / "m", "cl_tagger_v2")
    (folder / "model.onnx.data").unlink()
    assert "model.onnx.data" in refusal(folder)
