"""A tagger, a detector and an embedder read each file once; later only what lacks runs."""

import pytest
from PIL import Image
from sqlalchemy import func, select

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Place
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage.schema import embeddings, idx_models, idx_subjects, images, runs
from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import RecogniseJob
from tests.helpers.images import write_drawings, write_good
from tests.helpers.look_alikes import write_ccip, write_detector
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration

SIDE = 64
FACE, OTHER = (16, 16, 16, 16, 0.9), (48, 48, 16, 16, 0.6)
MOVED = (17, 16, 16, 16, 0.8)
DRAWN = Box(0.5, 0.0, 0.25, 0.25)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    root = tmp_path_factory.mktemp("packages")
    write_package(root / "bundled" / "test", id="anitag/test")
    write_detector(root / "faces", (FACE, OTHER), side=SIDE)
    write_detector(root / "newer", (MOVED,), side=SIDE)
    write_detector(root / "blind", ((32, 32, 8, 8, 0.1),), side=SIDE)
    write_ccip(root / "ccip", 32)
    return root


class Desk:
    def __init__(self, store, packages):
        self.store, self.packages = store, packages
        self.models = Models(store, packages / "bundled")
        self.indexing = Indexer(store, quiet=0.0)
        self.tagging = TaggingQueue(store, self.indexing, self.models)
        self.outliner = Outliner(store)

    def use(self, *names):
        self.models.use(*(self.models.add(self.packages / name).id for name in names))

    def run(self):
        return self.tagging.run_until_idle()

    def boxes(self, image=1):
        return [region.place.box.left for region in self.outliner.regions(image)]

    def said(self, table=runs):
        """How many subjects each model has looked at, or given a vector."""
        with self.store.library.read() as conn:
            rows = conn.execute(
                select(idx_models.c.model_id, func.count())
                .join(table, table.c.model_id == idx_models.c.id)
                .group_by(idx_models.c.model_id)
            ).all()
        return {model.rpartition("/")[2]: count for model, count in rows}

    def vectors_of_regions(self):
        with self.store.library.read() as conn:
            return set(
                conn.execute(
                    select(idx_subjects.c.uid)
                    .join(embeddings, embeddings.c.subject_id == idx_subjects.c.id)
                    .where(func.length(idx_subjects.c.uid) > 64)
                ).scalars()
            )


@pytest.fixture
def desk(store, packages, root):
    write_drawings(root, 2)
    desk = Desk(store, packages)
    desk.indexing.add_folder(root)
    desk.indexing.scan()
    yield desk
    desk.tagging.stop()


@pytest.fixture
def jobs(monkeypatch):
    """What workers were asked to recognise."""
    asked = []
    submit = WorkerClient.submit

    def listening(self, job, **options):
        asked.extend([job] if isinstance(job, RecogniseJob) else [])
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", listening)
    return asked


def models_of(jobs):
    """The models of each job by the last part of their names, and how many regions it names."""
    named = (job.models and [key.model_id.rpartition("/")[2] for key in job.models] for job in jobs)
    return [(names, len(job.regions)) for names, job in zip(named, jobs, strict=True)]


def test_all_of_them_in_one_pass(desk, jobs):
    desk.use("faces", "ccip")
    done = desk.run()
    assert (done.images, done.tagged, done.problems) == (2, 2, 0)
    assert models_of(jobs) == [(None, 0)] * 2, "one job for each file"
    assert desk.boxes(1) == desk.boxes(2) == [0.125, 0.625]
    assert desk.said() == {"test": 2, "faces": 2, "ccip": 2 + 4}
    assert desk.said(embeddings) == {"test": 2, "ccip": 4}
    (first, _) = desk.outliner.regions(1)
    assert (first.place.label, first.model) == ("face", "local/faces")
    assert first.score == pytest.approx(0.9, abs=1e-4)
    jobs.clear()
    assert (desk.run().tagged, jobs) == (0, [])


def test_who_a_face_may_be_is_proposed_from_faces_that_were_named(desk, root):
    write_drawings(root / "again", 1)  # the first drawing once more, as another file
    (copy,) = (root / "again").iterdir()
    with Image.open(copy) as picture:
        picture.save(copy.with_suffix(".bmp"))
    copy.unlink()
    desk.indexing.scan()
    desk.use("faces", "ccip")
    desk.run()
    outliner = Outliner(desk.store, desk.models.sameness)
    with desk.store.library.read() as conn:
        query = select(images.c.id).where(images.c.pixel_hash.in_(_twice(images.c.pixel_hash)))
        one, other = conn.execute(query).scalars()
    named, _ = outliner.regions(one)
    outliner.name(named.uid, "char:hatsune_miku")
    twin, _ = outliner.regions(other)
    assert twin.proposed.tag.name == "hatsune_miku"
    assert twin.proposed.score > 0.999
    assert twin.proposed.model == "local/ccip"
    assert outliner.regions(one)[0].proposed is None
    desk.models.stop("local/ccip")
    assert outliner.regions(other)[0].proposals == ()


def _twice(column):
    return select(column).group_by(column).having(func.count() == 2)


def test_every_kind_of_file_gives_the_regions_of_the_real_size(desk, root, packages, tmp_path):
    write_detector(tmp_path / "heads", ((320, 160, 160, 80, 0.75),), side=640, names=("head",))
    write_ccip(tmp_path / "vectors")
    written = write_good(root / "more")
    ids = [desk.models.add(tmp_path / name).id for name in ("heads", "vectors")]
    desk.models.use(*ids)
    desk.indexing.scan()
    done = desk.run()
    assert done.problems == 0
    assert done.images > len(written) / 2, "some of them are copies of each other"
    for image in range(1, done.images + 1):
        (region,) = desk.outliner.regions(image)
        assert region.place == Place("head", Box(0.375, 0.1875, 0.25, 0.125))
        assert region.score == pytest.approx(0.75, abs=1e-3)
    assert len(desk.vectors_of_regions()) == done.images


def test_what_is_added_later_runs_alone(desk, jobs):
    desk.run()
    jobs.clear()
    desk.use("faces")
    assert desk.run().tagged == 2
    assert models_of(jobs) == [(["faces"], 0)] * 2, "the tagger does not run again"
    assert desk.said(embeddings) == {"test": 2 + 4}, "but it gives the faces their vectors"
    jobs.clear()
    desk.use("ccip")
    desk.run()
    assert models_of(jobs) == [(["ccip"], 2)] * 2
    assert desk.said(embeddings) == {"test": 6, "ccip": 4}
    jobs.clear()
    desk.use("newer")
    desk.run()
    assert models_of(jobs) == [(["newer"], 0)] * 2
    assert desk.boxes() == [9 / 64]
    assert desk.said(embeddings) == {"test": 2 + 2, "ccip": 2}


def test_a_run_that_found_nothing_is_known(desk, jobs):
    desk.use("blind", "ccip")
    desk.run()
    assert (desk.boxes(), desk.said()) == ([], {"test": 2, "blind": 2, "ccip": 2})
    assert desk.said(embeddings) == {"test": 2, "ccip": 2}, "it saw the whole pictures"
    jobs.clear()
    desk.run()
    assert jobs == []


def test_what_the_user_draws_and_moves_is_looked_at(desk, jobs):
    desk.use("ccip")
    desk.run()
    jobs.clear()
    uid = desk.outliner.draw(1, DRAWN).uid
    assert desk.run().tagged == 1
    assert models_of(jobs) == [((), 1)]
    assert desk.vectors_of_regions() == {uid}
    desk.outliner.move(uid, Box(0.0, 0.5, 0.25, 0.25))
    assert desk.run().tagged == 1
    desk.outliner.reject(uid)
    assert desk.run().tagged == 0
    Corrector(desk.store).undo(3)
    assert desk.outliner.regions(1) == ()
    assert desk.run().tagged == 0


def test_a_detector_that_is_stopped_is_not_shown_and_comes_back(desk, jobs):
    desk.use("faces")
    desk.run()
    desk.models.stop("faces")
    assert desk.boxes() == []
    jobs.clear()
    desk.run()
    assert jobs == []
    desk.use("faces")
    assert desk.boxes() == [0.125, 0.625]
    desk.run()
    assert jobs == []


def test_names_survive_another_detector(desk):
    desk.use("faces")
    desk.run()
    first, _ = desk.outliner.regions(1)
    desk.outliner.name(first.uid, "hatsune_miku")
    desk.use("newer")
    desk.run()
    (region,) = desk.outliner.regions(1)
    assert (region.uid, region.identity.tag.name) == (first.uid, "hatsune_miku")
    assert region.place == first.place
    assert desk.boxes(2) == [9 / 64]


def test_likeness_is_of_whole_pictures(desk):
    from anitag_desktop.storage.likeness_index import LikenessIndex

    desk.use("faces")
    desk.run()
    likeness = LikenessIndex(desk.store)
    found = likeness.nearest(likeness.vector_of(1), None, 9)
    assert (found[0], [image for image, _ in found]) == ((1, 1.0), [1, 2])
    assert likeness.model() == ModelKey("anitag/test", "1")
