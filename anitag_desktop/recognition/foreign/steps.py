"""The preprocessing that families share, as the steps of a manifest; sizes are filled in later."""

from collections.abc import Sequence

from anitag_desktop.recognition.foreign.description import Step

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
HALF = ((0.5,) * 3, (0.5,) * 3)
CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
Norm = tuple[Sequence[float], Sequence[float]]
_UPRIGHT_ON_WHITE: tuple[Step, ...] = ({"op": "exif"}, {"op": "flatten", "color": list(WHITE)})


def square(kernel: str) -> list[Step]:
    """Pad with white to a square, then scale it."""
    return [
        *_UPRIGHT_ON_WHITE,
        {"op": "pad_square", "color": list(WHITE)},
        {"op": "resize", "mode": "stretch", "kernel": kernel},
    ]


def stretch(kernel: str) -> list[Step]:
    """Scale to the input's size without regard to proportions."""
    return [*_UPRIGHT_ON_WHITE, {"op": "resize", "mode": "stretch", "kernel": kernel}]


def fit(kernel: str, color: Sequence[int] | str) -> list[Step]:
    """Scale inside the input's size, then pad; the colour "edge" goes on with the edges."""
    return [
        *_UPRIGHT_ON_WHITE,
        {"op": "resize", "mode": "fit", "kernel": kernel},
        {"op": "pad_to", "color": color if isinstance(color, str) else list(color)},
    ]


def shorter(kernel: str, multiple: int) -> list[Step]:
    """Scale the shorter side to the input's size, both sides being whole multiples."""
    step = {"op": "resize", "mode": "shorter", "kernel": kernel, "multiple": multiple}
    return [*_UPRIGHT_ON_WHITE, step]


def planes(norm: Norm | None = None, order: str = "RGB") -> list[Step]:
    """Turn values into 0 to 1, normalised if asked for, as planes: NCHW."""
    steps: list[Step] = [{"op": "float", "scale": 1 / 255}]
    if norm is not None:
        steps.append({"op": "norm", "mean": list(norm[0]), "std": list(norm[1])})
    return [*steps, {"op": "channels", "order": order}, {"op": "layout", "value": "NCHW"}]


def pixels(scale: float, order: str = "RGB") -> list[Step]:
    """Multiply values from 0 to 255, pixel by pixel: NHWC."""
    return [
        {"op": "float", "scale": scale},
        {"op": "channels", "order": order},
        {"op": "layout", "value": "NHWC"},
    ]
