"""The model that ships: whole, small, documented, and it gives the answer it was packed with."""

import pytest

pytest.importorskip("torch")

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.paths import bundled_models
from anitag_desktop.recognition.model_package import ModelPackage
from training.config import load_config
from training.verifying import verify

FOLDER = bundled_models() / "anitag-small"
LARGEST = 20 * 2**20


def test_it_is_sound_and_answers_as_recorded():
    assert verify(FOLDER) < 1e-3


def test_it_is_small_and_gives_tags_characters_and_a_vector():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= LARGEST
    package = ModelPackage.load(FOLDER)
    categories = {label.category for label in package.labels}
    assert {TagCategory.GENERAL, TagCategory.CHARACTER} <= categories
    assert package.embedding is not None
    assert package.embedding.normalise


def test_its_network_says_nothing_of_the_machine_that_wrote_it():
    assert b".py" not in (FOLDER / "model.onnx").read_bytes()


def test_its_card_names_data_measures_limits_and_how_to_make_it_again():
    card = (FOLDER / "MODEL_CARD.md").read_text("utf-8")
    for section in ("## Data", "## Measured", "## Limits", "## How to make it again", "## Licence"):
        assert section in card
    for source in ("taisei_touhou10", "pepper_carrot_panels", "vn_sprites_mit", "CC-BY 4.0"):
        assert source in card


def test_its_card_says_the_limits_of_its_preset_word_for_word():
    card = (FOLDER / "MODEL_CARD.md").read_text("utf-8")
    limits = load_config("anitag-small").model.limits
    assert any("hair_eye_faces64" in limit for limit in limits)
    assert all(f"* {limit}\n" in card for limit in limits)


def test_every_measure_names_its_set():
    metrics = ModelPackage.load(FOLDER).manifest.metrics
    assert len(metrics) > 10
    assert all(metric.set for metric in metrics)
