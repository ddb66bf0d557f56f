"""What colours are where: every pixel says which of some colours it is, and places add that up.

Drawings are coloured as their characters are, whoever drew them, so such counts tell hair, eyes
and characters apart on art that a network has never seen. It is a bag of colour words (Sivic and
Zisserman 2003) whose places are a grid and, by attention, what the network looks for.
"""

import colorsys
import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

SIDE = 32
"""Colours are read from that many places along each side."""

HUES = 15
TONES = ((0.25, 0.95), (0.55, 0.8), (0.5, 0.4), (0.85, 0.9))
"""Saturation and value of the colours that each hue begins with; greys fill up the rest."""

SHARPNESS = 250.0
"""At the start: how fast a colour stops being another, over the square of their distance."""

LEAST = 1e-5
"""Shares are at least that, so that the slope of their root is bounded."""


class ColourWords(nn.Module):
    """Says of every pixel how much it is each of some colours (its words), which are learnt."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.Parameter(opponent(first_words(words)))
        self.sharpness = nn.Parameter(torch.tensor(math.log(SHARPNESS)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return shares that add up to 1, B x (S x S) x words, of pictures (-1 to 1)."""
        seen = opponent((images.flatten(2).transpose(1, 2) + 1) / 2)
        sharpness = self.sharpness.exp()
        nearness = torch.matmul(seen, 2 * sharpness * self.words.T)
        return torch.softmax(nearness - sharpness * self.words.square().sum(1), 2)


class PlacedColours(nn.Module):
    """The roots of the shares of colour words over a grid and over maps of attention."""

    def __init__(self, words: int, grid: int, maps: int, widths: Sequence[int]) -> None:
        """``widths`` are the channels of the stages from which attention is read."""
        super().__init__()
        self.colours = ColourWords(words)
        self.attention = nn.ModuleList(nn.Conv2d(width, maps, 1) for width in widths)
        self._grid = grid
        self.width = words * (grid * grid + maps)

    def forward(self, images: torch.Tensor, stages: Sequence[torch.Tensor]) -> torch.Tensor:
        """Return B x ``width`` numbers of pictures and the maps of the stages."""
        shares = self.colours(shrunk(images))
        places = (SIDE, SIDE)
        looks = torch.stack(
            [
                functional.interpolate(look(stage), size=places, mode="bilinear")
                for look, stage in zip(self.attention, stages, strict=True)
            ]
        ).sum(0)
        weights = torch.softmax(looks.flatten(2), 2)
        step, words = SIDE // self._grid, shares.shape[2]
        cells = shares.view(-1, self._grid, step, self._grid, step, words).mean((2, 4))
        both = torch.cat([(weights @ shares).flatten(1), cells.flatten(1)], 1)
        return both.clamp(min=LEAST).sqrt()


def opponent(colours: torch.Tensor) -> torch.Tensor:
    """Return lightness, red against green, and yellow against blue of RGB (... x 3)."""
    red, green, blue = colours.unbind(-1)
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return torch.stack([light, 0.9 * (red - green), 0.9 * ((red + green) / 2 - blue)], -1)


def first_words(count: int) -> torch.Tensor:
    """Return the RGB colours (count x 3) that the words begin with: hues in tones, and greys."""
    coloured = [
        colorsys.hsv_to_rgb(hue / HUES, saturation, value)
        for saturation, value in TONES
        for hue in range(HUES)
    ][:count]
    greys = count - len(coloured)
    steps = [(i + 0.5) / greys for i in range(greys)]
    return torch.tensor([*coloured, *((step, step, step) for step in steps)])


def shrunk(images: torch.Tensor) -> torch.Tensor:
    """Return pictures (a multiple of ``SIDE`` wide) averaged down to ``SIDE`` places a side."""
    step = images.shape[-1] // SIDE
    return functional.avg_pool2d(images, step) if step > 1 else images
