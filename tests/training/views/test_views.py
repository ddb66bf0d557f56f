"""Views: the same at the same place, as the checkpoint wants them, from any picture file."""

import pickle

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from training.config import NetworkConfig, ViewConfig  # noqa: E402
from training.preprocessing import read_input  # noqa: E402
from training.views.files import FileViews, read_rgb  # noqa: E402
from training.views.mixing import mix  # noqa: E402
from training.views.preparation import IMAGENET_MEAN, preparation_of  # noqa: E402
from training.views.view import Place  # noqa: E402

pytestmark = pytest.mark.training

EVERYTHING = ViewConfig(
    scale_low=0.8, flip=0.5, turn=10, zoom=1.1, warp=0.2, lighting=0.2, jitter=0.1, trivial=True
)


def preparation(**changes):
    return preparation_of(NetworkConfig(**{"head": "linear", "resize": "squish", **changes}))


@pytest.fixture
def files(tmp_path):
    rng = np.random.default_rng(0)
    paths = []
    for mode in ("RGB", "L", "P", "RGBA", "LA", "CMYK"):
        image = Image.fromarray(rng.integers(0, 256, (40, 61, 3), np.uint8)).convert(
            mode if mode != "LA" else "RGBA"
        )
        path = tmp_path / f"{mode}.{'jpg' if mode == 'CMYK' else 'png'}"
        (image.convert("LA") if mode == "LA" else image).save(path)
        paths.append(path)
    return paths


def test_every_kind_of_file_becomes_a_square(files):
    for resize in ("squish", "crop", "pad"):
        views = FileViews(files, ViewConfig(), preparation(resize=resize))
        for row in range(len(files)):
            view = views.plain(row, 24)
            assert view.image.shape == (3, 24, 24)
            assert view.image.dtype == torch.float32


def test_pixels_are_the_apps_own_within_a_level(files, tmp_path):
    deep = tmp_path / "deep.png"
    Image.fromarray((np.arange(1600).reshape(40, 40) * 40).astype(np.uint16)).save(deep)
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(files[0]).save(turned, exif=exif, quality=95)
    thin = tmp_path / "thin.png"
    Image.new("RGB", (1, 400), (9, 90, 200)).save(thin)
    moving = tmp_path / "moving.gif"
    frames = [Image.new("RGB", (30, 30), c) for c in ("red", "blue")]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    paths = [*files, deep, turned, thin, moving]
    views = FileViews(paths, ViewConfig(), preparation(resize="pad"))
    varied = FileViews(paths[:8], ViewConfig(), preparation(resize="pad"))
    for row, path in enumerate(paths):
        assert np.array_equal(views.plain(row, 32).image.numpy(), read_input(path, 32))
    for row, path in enumerate(paths[:8]):
        unvaried = varied.varied(row, Place(1, 0, 0), 32, may_flip=False).image
        mine = views.preparation.normalise(unvaried[None])[0].numpy()
        assert np.abs(mine - read_input(path, 32)).max() <= 2 * 1.01 / 255, path.name


def test_transparent_parts_are_white(tmp_path):
    Image.new("RGBA", (9, 9), (200, 0, 0, 0)).save(tmp_path / "a.png")
    assert read_rgb(tmp_path / "a.png").getpixel((4, 4)) == (255, 255, 255)


def test_a_place_gives_the_same_view_again_also_in_another_process(files):
    config = ViewConfig(**{**{f: getattr(EVERYTHING, f) for f in EVERYTHING.__slots__}, "erase": 1})
    views = FileViews(files, config, preparation())
    copied = pickle.loads(pickle.dumps(views))
    before = torch.random.get_rng_state()
    one = views.varied(0, Place(1, 2, 3), 24, may_flip=True).image
    assert torch.equal(one, copied.varied(0, Place(1, 2, 3), 24, may_flip=True).image)
    assert not torch.equal(one, views.varied(0, Place(1, 2, 4), 24, may_flip=True).image)
    assert torch.equal(before, torch.random.get_rng_state())
    assert one.dtype == torch.float32


def test_erasing_puts_noise_after_normalisation(files):
    plain = FileViews(files, ViewConfig(), preparation())
    erased = FileViews(files, ViewConfig(erase=1, erase_low=0.2, erase_high=0.25), preparation())
    wanted = plain.plain(0, 32).image
    got = erased.varied(0, Place(1, 0, 0), 32, may_flip=True).image
    share = ((got - wanted).abs() > 0.02).any(0).float().mean()
    assert 0.1 < share < 0.3


def test_what_speaks_of_sides_is_never_flipped(files):
    views = FileViews(files, ViewConfig(flip=1.0), preparation())
    still = views.varied(0, Place(1, 0, 0), 24, may_flip=False).image
    assert (preparation().normalise(still[None])[0] - views.plain(0, 24).image).abs().max() < 0.02
    flipped = views.varied(0, Place(1, 0, 0), 24, may_flip=True).image
    assert torch.equal(flipped, still.flip(2))


def test_normalisation_comes_from_the_checkpoint():
    asked = {"mean_std": "checkpoint", "resize": "checkpoint"}
    beit = preparation(backbone="beit_base_patch16_224", **asked)
    newer = preparation(backbone="beitv2_base_patch16_224", **asked)
    assert (beit.mean, newer.mean) == ((0.5, 0.5, 0.5), IMAGENET_MEAN)
    assert beit.crop == 0.9
    pixel = torch.full((1, 3, 1, 1), 255, dtype=torch.uint8)
    assert newer.normalise(pixel).flatten().tolist() == pytest.approx(
        [(1 - m) / s for m, s in zip(newer.mean, newer.std, strict=True)]
    )


@pytest.mark.parametrize("rows", [2, 5])
def test_mixup_is_linear_also_for_an_odd_batch(rows):
    images = torch.rand(rows, 3, 8, 8)
    before = images.clone()
    mixed = mix(images, ViewConfig(mixup=1.0), (1, 2))
    share = mixed.share[0].item()
    assert torch.allclose(images, share * before + (1 - share) * before[mixed.partners], atol=1e-6)


def test_cutmix_shares_are_areas():
    images = torch.stack([torch.full((3, 16, 16), float(i)) for i in range(4)])
    before = images.clone()
    mixed = mix(images, ViewConfig(cutmix=1.0), (3,))
    own = (images == before).float().mean((1, 2, 3))
    assert torch.allclose(own, mixed.share)
    assert torch.equal(mix(before.clone(), ViewConfig(cutmix=1.0), (3,)).share, mixed.share)


def test_without_alphas_nothing_is_mixed():
    assert mix(torch.rand(4, 3, 8, 8), ViewConfig(), (1,)) is None


def test_no_call_is_queued_for_a_gpu_with_every_picture(files):
    # Such calls are kept until a GPU is used, and where there is none for ever.
    from torch.cuda import _queued_calls

    views = FileViews(files, EVERYTHING, preparation())
    before = len(_queued_calls)
    for position in range(5):
        views.varied(0, Place(1, 0, position), 16, may_flip=True)
    assert len(_queued_calls) == before


def test_a_crop_in_one_is_the_crop_of_torchvision_but_for_its_border():
    from torchvision.transforms import InterpolationMode, v2

    from training.views.transforms import CropInOne

    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (120, 90, 3), np.uint8))
    settings = {"scale": (0.5, 0.8), "interpolation": InterpolationMode.BICUBIC, "antialias": True}
    torch.manual_seed(3)
    one = np.asarray(CropInOne((24, 32), **settings)(image), int)
    torch.manual_seed(3)
    other = np.asarray(v2.RandomResizedCrop((24, 32), **settings)(image), int)
    assert one.shape == other.shape == (24, 32, 3)
    assert np.abs(one - other)[3:-3, 3:-3].max() <= 1


def test_the_one_piece_preset_varies_pictures_as_the_report_says():
    from torchvision.transforms import v2

    from training.config import load_config
    from training.views.transforms import CropInOne, varied_transform

    config = load_config("onepiece-resnet50-full")
    steps = varied_transform(config.views, preparation_of(config.network), 224, 0.5).transforms
    crop, flip, trivial, *_, erasing = steps
    assert isinstance(crop, CropInOne)
    assert (tuple(crop.scale), tuple(crop.size)) == ((0.8, 1.0), (224, 224))
    assert isinstance(flip, v2.RandomHorizontalFlip)
    assert flip.p == 0.5
    assert isinstance(trivial, v2.TrivialAugmentWide)
    assert trivial.num_magnitude_bins == 31
    assert isinstance(erasing, v2.RandomErasing)
    assert (erasing.p, tuple(erasing.scale), erasing.value) == (0.25, (0.02, 0.25), None)
