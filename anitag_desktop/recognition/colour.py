"""Every mode a picture can be stored in becomes plain RGB, or RGBA where it is see-through."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

_WITH_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")
_WIDE_GREY = ("I", "I;16", "I;16L", "I;16B", "I;16N")


def to_rgb_or_rgba(image: "Image") -> "Image":
    """Return the picture as RGB, or as RGBA if any pixel is see-through.

    16-bit grey is scaled to 8 bits (a plain conversion would clip it to white), floats from
    0..1 (or 0..255 where one is over 1); palettes and grey with transparency keep it.
    """
    if image.mode in _WIDE_GREY or image.mode == "F":
        image = _narrow(image)
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        image = _with_alpha(image)
        return image if _see_through(image) else image.convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def flatten(image: "Image", colour: tuple[int, int, int]) -> "Image":
    """Return an RGB picture: ``image`` (RGB or RGBA) laid over ``colour``."""
    if image.mode != "RGBA":
        return image
    from PIL import Image

    ground = Image.new("RGBA", image.size, (*colour, 255))
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _with_alpha(image: "Image") -> "Image":
    if image.mode in ("PA", "La"):
        image = image.convert("LA" if image.mode == "La" else "RGBA")
    return image if image.mode == "RGBA" else image.convert("RGBA")


def _see_through(image: "Image") -> bool:
    return image.getchannel("A").getextrema() != (255, 255)


def _narrow(image: "Image") -> "Image":
    """Return 16-bit grey (0..65535) or floating-point grey as 8-bit grey."""
    import numpy as np
    from PIL import Image

    values: Any = np.asarray(image, dtype=np.float32)
    values = np.nan_to_num(values, nan=0.0, posinf=255.0, neginf=0.0)
    if image.mode == "F":
        values = values * 255 if values.max(initial=0.0) <= 1 else values
    else:
        values = values / 257
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))
