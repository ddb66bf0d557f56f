"""The sections [augmentation] and [views]: what is done to a training picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AugmentationConfig:
    """Chances (0 to 1) and strengths of what is done to a training picture.

    ``min_area`` is the least share of the picture that a random crop keeps; ``turn`` the chance of
    a turn by up to ``turn_angle`` of a full circle. ``brightness`` to ``cast`` (each channel on its
    own) are the largest relative changes, ``gamma`` the largest exponent beside 1; ``hue`` is a
    share of the colour circle and stays small, because hair and eye colours are tags.
    """

    crop: float = 0.8
    min_area: float = 0.5
    shrink: float = 0.15
    turn: float = 0.4
    turn_angle: float = 0.05
    flip: float = 0.5
    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2
    hue: float = 0.01
    cast: float = 0.06
    gamma: float = 0.2
    grey: float = 0.0
    blur: float = 0.15
    low_resolution: float = 0.3
    jpeg: float = 0.2
    noise: float = 0.15
    erase: float = 0.15
    background: float = 0.7


@dataclass(frozen=True, slots=True)
class ViewConfig:
    """What is done to pictures that are read from files, and to whole batches.

    Geometry: ``margin`` resizes to size + margin and crops a random square; ``scale_low`` above 0
    takes a random resized crop of at least that share instead. Then ``flip``, ``turn`` (degrees),
    ``zoom``, ``warp``, ``jitter`` (brightness, contrast, saturation, hue), ``lighting``,
    ``trivial`` (TrivialAugmentWide, 31 strengths), and, after normalisation, ``erase`` with noise
    over ``erase_low`` to ``erase_high`` of the area. ``affine_chance`` is that of turn, zoom, warp
    and lighting. ``mixup`` and ``cutmix`` are the alphas of their beta distributions (0: off); what
    a mixed picture shows of tags is their mean by ``share`` or, with ``union``, the tags of both.
    """

    margin: int = 0
    scale_low: float = 0.0
    flip: float = 0.0
    turn: float = 0.0
    zoom: float = 1.0
    warp: float = 0.0
    lighting: float = 0.0
    affine_chance: float = 0.75
    jitter: float = 0.0
    jitter_hue: float = 0.0
    trivial: bool = False
    erase: float = 0.0
    erase_low: float = 0.02
    erase_high: float = 0.25
    mixup: float = 0.0
    cutmix: float = 0.0
    mixed_tags: str = "share"
