"""Views of pictures that are decoded each time, by the app's own decoder."""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.reading import read_file
from training.config import ViewConfig
from training.preprocessing import read_prepared
from training.views.preparation import WHITE, Preparation
from training.views.transforms import varied_transform
from training.views.view import Place, View


class FileViews:
    """Picture files, upright, on white, varied by torchvision's transforms.

    ``smaller`` are copies of them, of which the varied views are made; what is measured is made of
    the files themselves, as the app does it.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        config: ViewConfig,
        preparation: Preparation,
        smaller: Sequence[Path] | None = None,
    ) -> None:
        self.preparation = preparation
        self._paths, self._config, self._smaller = paths, config, smaller
        self._varied = cache(self._make_varied)

    def varied(self, row: int, place: Place, size: int, *, may_flip: bool) -> View:
        """Return a picture as it is seen at a place of the training."""
        image = self._image(row)
        with torch.random.fork_rng(devices=[]):
            # torch.manual_seed would also note a call for every GPU, and keep all of them.
            torch.default_generator.manual_seed(_seed(place))
            transform = self._varied(size, self._config.flip if may_flip else 0.0)
            return View(transform(image))

    def plain(self, row: int, size: int) -> View:
        """Return a picture as it is measured."""
        pixels = read_prepared(self._paths[row], self.preparation, size)
        return View(torch.from_numpy(pixels))

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the made transforms, which another process makes anew."""
        return {"args": (self._paths, self._config, self.preparation, self._smaller)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Be made anew in another process."""
        self.__init__(*state["args"])  # type: ignore[misc]

    def _image(self, row: int) -> Image.Image:
        if self._smaller is not None and self._smaller[row].exists():
            return read_rgb(self._smaller[row])
        return read_rgb(self._paths[row])

    def _make_varied(self, size: int, flip: float) -> Any:
        return varied_transform(self._config, self.preparation, size, flip)


def read_rgb(path: Path) -> Image.Image:
    """Return a picture file as RGB, upright, transparent parts on white.

    Raises:
        AnitagError: the file is no picture that the app would read.
    """
    image = decode(read_file(os.fsencode(path)).content, is_hashed=False).image
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, WHITE)
    white.paste(image, mask=image.getchannel("A"))
    return white


def _seed(place: Place) -> int:
    """Return a number that follows from the place alone, alike for no two places."""
    text = f"{place.seed}/{place.epoch}/{place.position}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:7], "big")
