"""Pictures inside a page, as the network saw them, with or without where it looked."""

import numpy as np
import torch
from PIL import Image

from training.reporting.inlining import inlined_jpeg
from training.views.preparation import Preparation

SIDE = 160
"""Pixels of a picture's side on the page."""

GLOW = np.array((255.0, 70.0, 40.0))
STRENGTH = 0.6


def shown(image: torch.Tensor, preparation: Preparation) -> Image.Image:
    """Return a view (3 x S x S, uint8 or normalised) as a picture."""
    if image.dtype != torch.uint8:
        mean, std = (torch.tensor(v)[:, None, None] for v in (preparation.mean, preparation.std))
        image = ((image * std + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return Image.fromarray(image.permute(1, 2, 0).numpy())


def lit(picture: Image.Image, activation: torch.Tensor) -> Image.Image:
    """Return a picture whose places (h x w, 0 to 1) glow as much as the network looked there."""
    grey = Image.fromarray((activation.numpy() * 255).astype(np.uint8))
    glow = np.asarray(grey.resize(picture.size, Image.Resampling.BICUBIC), np.float64) / 255
    share = STRENGTH * glow[:, :, None]
    mixed = np.asarray(picture, np.float64) * (1 - share) + GLOW * share
    return Image.fromarray(mixed.round().astype(np.uint8))


def as_uri(picture: Image.Image) -> str:
    """Return a picture as a ``data:`` address (JPEG, at most ``SIDE`` pixels)."""
    small = picture.copy()
    small.thumbnail((SIDE, SIDE))
    return inlined_jpeg(small)
