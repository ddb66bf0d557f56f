"""How a checkpoint wants its pictures, and that all code prepares odd ones alike."""

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError
from training.config import NetworkConfig, ViewConfig
from training.preprocessing import read_input
from training.views.files import FileViews
from training.views.preparation import preparation_of
from training.views.view import Place

pytestmark = pytest.mark.training


def of_checkpoint(backbone):
    return preparation_of(
        NetworkConfig(backbone=backbone, head="linear", mean_std="checkpoint", resize="checkpoint")
    )


def test_filter_crop_and_squish_are_the_checkpoints_own():
    beit, resnet = of_checkpoint("beit_base_patch16_224"), of_checkpoint("resnet50.tv2_in1k")
    assert (beit.interpolation, beit.crop, beit.resize) == ("bicubic", 0.9, "crop")
    assert (resnet.interpolation, resnet.crop, resnet.resize) == ("bilinear", 0.875, "crop")
    squished = of_checkpoint("eva02_large_patch14_448.mim_m38m_ft_in22k_in1k")
    assert (squished.resize, squished.crop) == ("squish", 1.0)


@pytest.mark.parametrize("backbone", ["shallow", "residual"])
@pytest.mark.parametrize("asked", [{"mean_std": "checkpoint"}, {"resize": "checkpoint"}])
def test_where_there_is_no_checkpoint_nothing_can_be_taken_from_it(backbone, asked):
    with pytest.raises(AnitagError, match=f"{backbone} was published with no weights"):
        preparation_of(NetworkConfig(backbone=backbone, head="linear", **asked))


def test_a_line_of_4000_pixels_and_an_animation_are_the_apps_own_varied_too(tmp_path):
    Image.new("RGB", (1, 4000), (9, 90, 200)).save(tmp_path / "thin.png")
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    paths = [tmp_path / "thin.png", tmp_path / "moving.gif"]
    preparation = preparation_of(NetworkConfig(head="linear", resize="pad"))
    views = FileViews(paths, ViewConfig(), preparation)
    for row, path in enumerate(paths):
        wanted = read_input(path, 32)
        assert np.array_equal(views.plain(row, 32).image.numpy(), wanted)
        varied = views.varied(row, Place(1, 0, 0), 32, may_flip=False).image
        mine = preparation.normalise(varied[None])[0].numpy()
        assert np.abs(mine - wanted).max() <= 2 * 1.01 / 255, path.name
