"""Every family, from its published files through a worker process to the scores that have to be."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.foreign.finding import all_families
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.session import CPU, open_on
from anitag_desktop.worker.messages import ModelScores, Recognised, Verified, VerifyJob
from tests.helpers import images
from tests.helpers.look_alikes import TAGGERS, expected_scores, seen, write_pictures
from tests.helpers.workers import worker

TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every tagger at its real input size."""
    root = tmp_path_factory.mktemp("families")
    for name, known in TAGGERS.items():
        known.write(root / name, known.side)
    return {name: root / name for name in TAGGERS}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_pictures(tmp_path_factory.mktemp("pictures"))


def expected(name: str, path: Path) -> np.ndarray:
    return expected_scores(TAGGERS[name], path)


@pytest.fixture(scope="module")
def recognised(
    folders: dict[str, Path],
    pictures: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, dict[str, ModelScores]]]:
    """What one worker process with all taggers says of all pictures, in one pass over each."""
    with worker(tmp_path_factory.mktemp("thumbnails"), list(folders.values())) as started:
        answers = started.recognise(pictures.values())
        found = {}
        for path, answer in zip(pictures, answers, strict=True):
            assert isinstance(answer, Recognised), answer
            found[path] = dict(zip(folders, answer.models, strict=True))
        [verified] = started.ask(VerifyJob(started.client.new_job_id()))
        assert isinstance(verified, Verified)
        assert [f for f in verified.findings if not f.ok] == []
        yield found


@pytest.mark.integration
@pytest.mark.parametrize("picture", ["rgb.png", "rgb.jpg", "alpha.webp", "grey.png", "cmyk.jpg"])
@pytest.mark.parametrize("name", TAGGERS)
def test_scores_through_a_worker(recognised, pictures, name: str, picture: str) -> None:
    wanted = expected(name, pictures[picture])
    found = dict(recognised[picture][name].scores)
    for index, score in enumerate(wanted):
        if score >= SCORE_FLOOR + TOLERANCE:
            assert found.pop(index) == pytest.approx(score, abs=TOLERANCE)
    assert all(score < SCORE_FLOOR + 2 * TOLERANCE for score in found.values())


@pytest.mark.parametrize("name", TAGGERS)
def test_batches_give_what_single_pictures_give(folders, pictures, name: str) -> None:
    package = ModelPackage.load(folders[name])
    recognizer = open_on(package, [CPU])
    arrays = [preprocess(seen(p), package.manifest.preprocess) for p in pictures.values()]
    batch = recognizer.recognise(np.stack(arrays))
    assert len(batch) == len(pictures)
    for path, reading in zip(pictures.values(), batch, strict=True):
        assert np.abs(reading.scores - expected(name, path)).max() < TOLERANCE


@pytest.mark.parametrize("name", TAGGERS)
def test_families_and_labels(folders, name: str) -> None:
    package = ModelPackage.load(folders[name])
    assert package.manifest.family == (TAGGERS[name].family or name)
    assert package.is_tagger
    kinds = {label.name: label.category for label in package.labels}
    assert kinds["tag,with_comma"] is TagCategory.GENERAL
    knows_categories = name not in ("joytag", "ml_danbooru", "deepdanbooru")
    if knows_categories:
        assert kinds["saber_(fate)"] is TagCategory.CHARACTER
        assert kinds["rating:explicit"] is TagCategory.RATING


def test_any_shape(folders, tmp_path: Path) -> None:
    """A network for any shape gets each picture in its own proportions, within bounds."""
    package = ModelPackage.load(folders["ml_danbooru"])
    operations = package.manifest.preprocess
    assert preprocess(images.drawing(1, 300, 200), operations).shape == (3, 448, 672)
    assert preprocess(images.drawing(1, 30, 2000), operations).shape == (3, 3584, 448)


def test_what_packages_state_beside_their_labels(folders) -> None:
    pixai = ModelPackage.load(folders["pixai"])
    assert pixai.series == {"hatsune_miku": ("vocaloid",)}
    assert pixai.thresholds.of("hatsune_miku", TagCategory.CHARACTER) == 0.85
    assert pixai.embedding is not None
    animetimm = ModelPackage.load(folders["animetimm"])
    assert animetimm.thresholds.of("solo", TagCategory.GENERAL) == pytest.approx(0.35)
    camie = ModelPackage.load(folders["camie_v1"])
    assert camie.thresholds.of("solo", TagCategory.GENERAL) == 0.3
    assert camie.manifest.decode.presets["micro_opt"][TagCategory.CHARACTER] == 0.6


def test_a_series_is_as_likely_as_the_likeliest_of_its_characters(folders) -> None:
    package = ModelPackage.load(folders["pixai"])
    places = {label.name: place for place, label in enumerate(package.labels)}
    said = [(places["hatsune_miku"], 0.9), (places["solo"], 0.7), (99, 0.9), (-1, 0.9)]
    named = {(s.label.name, s.label.category): s.score for s in package.named(said)}
    assert named == {
        ("hatsune_miku", TagCategory.CHARACTER): 0.9,
        ("vocaloid", TagCategory.COPYRIGHT): 0.9,
        ("solo", TagCategory.GENERAL): 0.7,
    }
    assert package.thresholds.of("vocaloid", TagCategory.COPYRIGHT) == 0.85


def test_every_family_has_its_own_place() -> None:
    families = all_families()
    assert len({family.order for family in families}) == len(families)
    assert len({family.name for family in families}) == len(families)
