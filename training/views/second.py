"""A second view of pictures that are already tensors, for learning without labels."""

import torch
from torch.nn import functional

LEAST_SIDE = 0.5
"""A crop keeps at least that share of each side."""

SCALE = 0.4
"""Each channel is multiplied by 1 plus or minus up to this."""

SHIFT = 0.3
"""Each channel is moved by up to this (pictures lie around -1 to 1)."""

GREY = 0.2
"""The chance that a picture loses its colours: colour alone would tell two views' picture."""


def second_view(images: torch.Tensor) -> torch.Tensor:
    """Return other crops, mirrored half of the time, in other colours, of B x 3 x S x S.

    The draws come from torch's generator, which the trainer seeds by the step.
    """
    count = len(images)
    side = LEAST_SIDE + (1 - LEAST_SIDE) * torch.rand(count)
    centre = (torch.rand(count, 2) * 2 - 1) * (1 - side[:, None])
    mirror = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    place = torch.zeros(count, 2, 3)
    place[:, 0, 0], place[:, 1, 1] = side * mirror, side
    place[:, :, 2] = centre
    grid = functional.affine_grid(place, list(images.shape), align_corners=False)
    cropped = functional.grid_sample(
        images, grid.to(images), padding_mode="border", align_corners=False
    )
    return _recoloured(cropped)


def _recoloured(images: torch.Tensor) -> torch.Tensor:
    count = len(images)
    scale = 1 + SCALE * (2 * torch.rand(count, 3, 1, 1) - 1)
    shift = SHIFT * (2 * torch.rand(count, 3, 1, 1) - 1)
    grey = (torch.rand(count, 1, 1, 1) < GREY).to(images.device)
    coloured = images * scale.to(images) + shift.to(images)
    return torch.where(grey, coloured.mean(1, keepdim=True).expand_as(images), coloured)
