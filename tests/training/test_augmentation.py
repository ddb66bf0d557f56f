"""Augmentation: repeatable, in range, and harmless to what tags speak of."""

from dataclasses import fields, replace

import numpy as np
import pytest

from training.augmentation import Augmentation
from training.config import AugmentationConfig

STILL = AugmentationConfig(**{f.name: 0.0 for f in fields(AugmentationConfig)})


def square(colour, size=40, alpha=255):
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[...] = (*colour, alpha)
    return pixels


def noise(size=40):
    pixels = np.random.default_rng(0).integers(0, 256, (size, size, 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def test_the_same_generator_gives_the_same_picture():
    augment = Augmentation(AugmentationConfig())
    for seed in range(30):
        one, _ = augment(noise(), 32, np.random.default_rng(seed))
        two, _ = augment(noise(), 32, np.random.default_rng(seed))
        assert one.shape == (32, 32, 3)
        assert one.dtype == np.uint8
        assert (one == two).all()


def test_switched_off_it_only_resizes():
    pixels, replaced = Augmentation(STILL)(square((200, 30, 40)), 32, np.random.default_rng(0))
    assert not replaced
    assert np.abs(pixels.astype(int) - (200, 30, 40)).max() <= 1


def test_pictures_with_sides_are_not_flipped():
    config = replace(STILL, flip=1.0)
    augment = Augmentation(config)
    pixels = noise(32)
    kept, _ = augment(pixels, 32, np.random.default_rng(1), may_flip=False)
    flipped, _ = augment(pixels, 32, np.random.default_rng(1))
    assert np.abs(kept.astype(int) - pixels[..., :3]).max() <= 1
    assert np.abs(flipped.astype(int) - pixels[:, ::-1, :3]).max() <= 1


def test_a_cut_out_figure_gets_a_new_background_or_white():
    config = replace(STILL, background=0.5)
    pixels = square((0, 0, 0), alpha=0)
    pixels[10:30, 10:30] = (10, 200, 10, 255)
    seen = set()
    for seed in range(20):
        out, replaced = Augmentation(config)(pixels, 40, np.random.default_rng(seed))
        seen.add(replaced)
        assert np.abs(out[20, 20].astype(int) - (10, 200, 10)).max() <= 3
        assert replaced or (out[2, 2] == 255).all()
    assert seen == {True, False}


@pytest.mark.parametrize("colour", [(220, 40, 40), (40, 60, 220), (40, 190, 60), (240, 220, 60)])
def test_hair_stays_nearest_to_its_own_colour(colour):
    named = np.array([(220, 40, 40), (40, 60, 220), (40, 190, 60), (240, 220, 60), (150, 60, 190)])
    augment = Augmentation(AugmentationConfig(erase=0, shrink=0))
    right = 0
    for seed in range(100):
        pixels, _ = augment(square(colour), 32, np.random.default_rng(seed))
        mean = pixels.reshape(-1, 3).mean(0)
        nearest = named[np.linalg.norm(named - mean, axis=1).argmin()]
        right += tuple(nearest) == colour
    assert right >= 97
