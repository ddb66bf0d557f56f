"""Raw pixels from the viewer process as a picture that Qt can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from anitag_desktop.services.thumbnailing import RawImage


def to_image(raw: RawImage) -> QImage:
    """Return ``raw`` as a picture with its own copy of the pixels; runs on any thread."""
    pixels = raw.pixels
    borrowed = QImage(pixels, raw.width, raw.height, raw.width * 4, QImage.Format.Format_RGBA8888)
    return borrowed.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
