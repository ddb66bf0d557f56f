"""Several models look at one picture, and embedders at its regions."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place
from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.session import open_on
from anitag_desktop.worker import crops
from anitag_desktop.worker.batching import run_alone
from anitag_desktop.worker.crops import Candidate, chosen
from anitag_desktop.worker.looking import LoadedModel, Looker, Sight
from anitag_desktop.worker.messages import KnownRegion, RecogniseJob
from tests.helpers import images, models
from tests.helpers.look_alikes import write_ccip, write_detector

SIDE = 64
FACE, LOW_FACE = (16, 16, 16, 16, 0.9, 0.0), (48, 48, 16, 16, 0.6, 0.0)
FAINT = (32, 32, 8, 8, 0.1, 0.1)
PERSON = (32, 32, 60, 60, 0.0, 0.8)
GIVEN = KnownRegion("a" * 64 + "#1", "", Box(0.5, 0.0, 0.5, 0.5), is_given=True)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    for name, boxes in (
        ("all", (LOW_FACE, FACE, PERSON)),
        ("persons", (PERSON,)),
        ("none", (FAINT,)),
    ):
        write_detector(root / name, boxes, side=SIDE, names=("face", "person"))
    write_ccip(root / "ccip", 32)
    models.write_package(root / "tagger", id="test/tagger")
    return root


@pytest.fixture(scope="module")
def picture() -> decoding.Picture:
    content = BytesIO()
    images.drawing(3, 200, 100).save(content, "PNG")
    return decoding.decode(content.getvalue())


@pytest.fixture
def look(folders: Path, picture: decoding.Picture) -> Callable[..., Sight]:
    def run(*names: str, only: tuple[str, ...] | None = None, regions=()) -> Sight:
        loaded = [loaded_model(folders / name) for name in names]
        keys = {name: model.key for name, model in zip(names, loaded, strict=True)}
        wanted = None if only is None else tuple(keys[name] for name in only)
        job = RecogniseJob(1, b"", wanted, regions)
        return Looker(loaded).look(job, picture, lambda: None)

    return run


def loaded_model(folder: Path) -> LoadedModel:
    recognizer = open_on(ModelPackage.load(folder), ["CPUExecutionProvider"])
    return LoadedModel(recognizer, run_alone(recognizer))


def names_of(sight: Sight) -> list[str]:
    return [said.key.model_id.rpartition("/")[2] for said in sight.models]


def has_vectors(sight: Sight) -> list[bool]:
    return [v.embedding is not None for one in (*sight.known, *sight.found) for v in one.vectors]


def vector(embedding: bytes) -> np.ndarray:
    found = np.frombuffer(embedding, "<f2").astype(float)
    return found / np.linalg.norm(found)


def test_tagger_detector_and_embedder_in_one_pass(look) -> None:
    sight = look("tagger", "all", "ccip")
    assert names_of(sight) == ["tagger", "all", "ccip"]
    tagged, detected, embedded = sight.models
    assert (len(tagged.scores) > 3, tagged.embedding is not None) == (True, True)
    assert (detected.scores, detected.embedding) == ((), None)
    assert (embedded.scores, embedded.embedding) == ((), None), "it looked at the faces instead"
    assert [(one.label, round(one.score, 3)) for one in sight.found] == [
        (0, 0.9),
        (1, 0.8),
        (0, 0.6),
    ]
    assert sight.found[0].box == Box(0.125, 0.125, 0.25, 0.25)
    assert has_vectors(sight) == [True, False, True], "persons are not looked at beside faces"


def test_the_vector_of_a_face_is_that_of_its_crop(look) -> None:
    found = look("all", "ccip").found[0]
    crop = images.drawing(3, 200, 100).crop((17, 8, 83, 42)).resize((32, 32), 2)
    seen = np.asarray(crop, np.float64) / 255
    parts = [seen[y : y + 16, x : x + 16].mean((0, 1)) for y in (0, 16) for x in (0, 16)]
    weight = np.random.default_rng(0).standard_normal((12, models.EMBEDDING_WIDTH))
    expected = np.concatenate(parts) @ weight
    cosine = vector(found.vectors[0].embedding) @ (expected / np.linalg.norm(expected))
    assert cosine > 1 - 1e-5


def test_the_crops_are_the_regions_with_a_margin(look, picture) -> None:
    sight = look("all", "ccip")
    one, two = (vector(sight.found[at].vectors[0].embedding) for at in (0, 2))
    assert one @ two < 0.999
    crop = crops.crop(picture, sight.found[0].box)
    assert crop.size == (66, 34), "a quarter of 200 x 100, and 15 % of it on each side"
    corner = crops.crop(picture, Box(0.0, 0.0, 0.5, 0.5))
    assert corner.size == (115, 58)
    assert crops.crop(picture, Box(0.0, 0.0, 1.0, 1.0)).size == (200, 100)


def test_persons_are_looked_at_where_there_is_no_face(look) -> None:
    assert has_vectors(look("persons", "ccip")) == [True]


def test_without_regions_the_embedder_sees_the_whole_picture(look) -> None:
    for sight in (look("none", "ccip"), look("ccip")):
        assert sight.models[-1].embedding is not None
        assert sight.found == ()


def test_a_tagger_gives_the_vectors_where_there_is_no_embedder(look) -> None:
    sight = look("tagger", "all")
    (by_tagger,) = sight.found[0].vectors
    assert by_tagger.model == ModelKey("test/tagger", "1")
    assert by_tagger.embedding is not None
    assert by_tagger.embedding != sight.models[0].embedding


def test_only_what_the_job_names_runs_again(look) -> None:
    sight = look("tagger", "all", "ccip", only=("ccip",), regions=(GIVEN,))
    assert names_of(sight) == ["ccip"]
    assert (sight.found, has_vectors(sight)) == ((), [True])
    assert (sight.known[0].uid, sight.known[0].box) == (GIVEN.uid, GIVEN.box)
    sight = look("tagger", "all", "ccip", only=("all",))
    assert names_of(sight) == ["all"]
    assert has_vectors(sight) == [True, False, True], "what is found is looked at in the same pass"
    assert look("tagger", "ccip", only=()) == ((), (), ())


def test_of_a_crowd_the_surest_and_what_the_user_drew() -> None:
    box = Box(0.0, 0.0, 0.1, 0.1)
    crowd = [Candidate(Place("face", box), n / 100) for n in range(crops.MOST + 8)]
    drawn = Candidate(Place("", box), 0.0, is_given=True)
    assert chosen([*crowd, drawn]) == {*range(9, crops.MOST + 8), len(crowd)}
    person = Candidate(Place("person", box), 1.0)
    assert chosen([person, drawn]) == {0, 1}
    assert chosen([person, Candidate(Place("head", box), 0.1)]) == {1}


def test_each_run_is_told_before_it_begins(folders, picture) -> None:
    told: list[int] = []
    loaded = [loaded_model(folders / name) for name in ("tagger", "all", "ccip")]
    Looker(loaded).look(RecogniseJob(1, b""), picture, lambda: told.append(1))
    assert len(told) == 4, "tagger, detector, and the embedder at two faces"
