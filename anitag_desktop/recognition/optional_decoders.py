"""Decoders that are there only if they were installed: JPEG XL and HEIF, as Pillow's plug-ins.

Both bindings decode in C and C++, so like Pillow itself they are loaded in worker processes only.
"""

import importlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition.formats import OPTIONAL

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""By the number of channels."""


def is_there(form: str) -> bool:
    """Tell whether a format can be decoded, as far as its decoder has to be installed."""
    return form not in OPTIONAL or find_spec(OPTIONAL[form]) is not None


def register() -> None:
    """Make Pillow know the decoders that are there."""
    from PIL import Image

    if is_there("HEIF"):
        heif: Any = importlib.import_module(OPTIONAL["HEIF"])
        heif.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )
    if is_there("JXL"):
        Image.register_open("JXL", _jxl_file())


def _jxl_file() -> "type[ImageFile]":
    """Return a Pillow file that reads the header when it is opened, and decodes when it is loaded.

    Orientation is part of the format and has been seen to by the decoder: metadata are left out.
    """
    from PIL import Image, ImageFile

    library: Any = importlib.import_module(OPTIONAL["JXL"])

    class JxlFile(ImageFile.ImageFile):
        """A JPEG XL picture: its first frame, 8 bits a channel."""

        format = "JXL"
        format_description = "JPEG XL"

        def _open(self) -> None:
            assert self.fp is not None
            self._content = self.fp.read()
            try:
                header = library.probe(self._content)
            except RuntimeError as error:
                raise SyntaxError from error  # as Pillow's own say that it is none of theirs
            self._size = (header["width"], header["height"])
            self._mode = _MODES[header["channels"]]
            self.tile = []

        def load(self) -> Any:
            if self._content:
                content, self._content = self._content, b""
                try:
                    with library.JXL(threads=1, pool_size=1) as decoder:
                        pixels = decoder.decode(content)
                except RuntimeError as error:
                    raise OSError("its pixels cannot be decoded") from error
                if pixels.shape[:2] != (self.height, self.width):
                    raise ValueError("its size is not the one in its header")
                pixels = pixels[..., 0] if pixels.shape[2:] == (1,) else pixels
                image = Image.fromarray(pixels)
                self._mode, self._im = image.mode, image.im
            return super().load()

    return JxlFile
