"""Pictures are tagged by the models that were chosen, and told when these cannot."""

import os
import shutil

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.desks import Desk, wait_for
from tests.helpers.images import write_drawings
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration


def test_without_a_model_there_are_facts_and_thumbnails(store, root, tmp_path):
    desk = Desk(store, tmp_path / "no-models")
    write_drawings(root, 3)
    summary = desk.take_in(root)
    assert (summary.images, summary.tagged, summary.provider) == (3, 0, "")
    assert not summary.has_model
    assert len(list(store.paths.thumbnails.rglob("*.jpg"))) == 3
    assert desk.take_in(root).images == 3


def test_pictures_that_came_while_no_model_was_there_are_tagged_once_one_is(
    store, root, tmp_path, jobs
):
    desk = Desk(store, tmp_path / "models")
    write_drawings(root, 3)
    assert not desk.take_in(root).has_model
    write_package(tmp_path / "models" / "a", id="test/a")
    summary = desk.take_in(root)
    assert (summary.tagged, summary.has_model) == (3, True)


def test_another_model_looks_at_everything_again_and_the_first_need_not(
    store, root, tmp_path, jobs
):
    folder = tmp_path / "models"
    write_package(folder / "a", id="test/a")
    write_package(folder / "b", id="test/b")
    desk = Desk(store, folder)
    write_drawings(root, 4)
    assert desk.take_in(root).tagged == 4
    desk.models.use("test/b")
    assert desk.tagging.run_until_idle().tagged == 4
    assert desk.counts() == (4, 8, 0)
    desk.models.use("test/a")
    assert desk.tagging.run_until_idle().tagged == 0
    assert jobs["RecogniseJob"] == 8


def test_a_broken_model_is_told_and_the_pictures_are_read_all_the_same(store, root, tmp_path):
    folder = tmp_path / "models"
    package = write_package(folder / "broken")
    weights = bytearray((package / "model.onnx").read_bytes())
    weights[len(weights) // 2 :] = bytes(len(weights) - len(weights) // 2)
    desk = Desk(store, folder)
    desk.models.active()
    (package / "model.onnx").write_bytes(bytes(weights))
    write_drawings(root, 3)
    with pytest.raises(AnitagError) as failure:
        desk.take_in(root)
    assert (failure.value.code, failure.value.params["model"]) == ("model_unusable", "anitag/test")
    assert desk.counts() == (3, 0, 0)
    assert desk.problems() == {}


def damage_middle(weights):
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 255  # the size stays: only the worker finds out
    weights.write_bytes(bytes(content))


def cut_off_the_end(weights):
    os.truncate(weights, weights.stat().st_size - 100)


@pytest.mark.parametrize("damage", [damage_middle, cut_off_the_end])
class TestChosenModelThatIsDamaged:
    @pytest.fixture
    def weights(self, desk, tmp_path):
        desk.models.add(write_package(tmp_path / "mine", 48, id="test/mine"))
        (folder,) = desk.store.paths.models.iterdir()
        return folder / "model.onnx"

    def test_nothing_tags_in_its_place_until_it_is_mended(
        self, desk, root, tmp_path, weights, damage
    ):
        desk.models.use("test/mine")
        damage(weights)
        write_drawings(root, 3)
        with pytest.raises(AnitagError, match="test/mine, which is to tag") as failure:
            desk.take_in(root)
        assert failure.value.code == "model_unusable"
        assert desk.counts() == (3, 0, 0)
        shutil.rmtree(weights.parent)
        desk.models.add(tmp_path / "mine")
        assert desk.tagging.run_until_idle().tagged == 3

    def test_another_that_was_chosen_goes_on(self, desk, root, weights, damage):
        desk.models.use("test/mine", "anitag/test")
        damage(weights)
        write_drawings(root, 3)
        with pytest.raises(AnitagError, match="test/mine"):
            desk.take_in(root)
        assert desk.counts() == (3, 3, 0)
        assert len(desk.tags()) == 3

    def test_the_strip_is_told_and_told_no_more(self, desk, root, tmp_path, weights, damage):
        desk.models.use("test/mine")
        damage(weights)
        write_drawings(root, 2)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        desk.tagging.start()
        wait_for(lambda: "test/mine, which is to tag" in desk.tagging.progress().error)
        shutil.rmtree(weights.parent)
        desk.models.add(tmp_path / "mine")
        wait_for(lambda: desk.counts() == (2, 2, 0))
        wait_for(lambda: not desk.tagging.progress().error)
