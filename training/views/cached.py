"""Views of pictures that lie decoded in the pixel cache."""

import numpy as np
import torch
from PIL import Image

from training.augmentation import Augmentation
from training.config import AugmentationConfig
from training.datasets.pixel_cache import CachedPixels, Pixels
from training.views.preparation import Preparation
from training.views.view import Place, View


class CachedViews:
    """RGBA squares (N x S x S x 4), varied by the project's own augmentation."""

    def __init__(
        self,
        pixels: CachedPixels | Pixels,
        augmentation: AugmentationConfig,
        preparation: Preparation,
    ) -> None:
        self.preparation = preparation
        self._pixels = pixels
        self._augment = Augmentation(augmentation)

    def square(self, row: int) -> Pixels:
        """Return a picture as it lies in the cache, S x S x 4."""
        return self._pixels[row]

    def varied(self, row: int, place: Place, size: int, *, may_flip: bool) -> View:
        """Return a picture as it is seen at a place of the training."""
        rng = np.random.default_rng((place.seed, place.epoch, place.position))
        pixels, replaced = self._augment(self._pixels[row], size, rng, may_flip=may_flip)
        return View(torch.from_numpy(pixels).permute(2, 0, 1), replaced)

    def plain(self, row: int, size: int) -> View:
        """Return a picture as it is, on white."""
        image = Image.fromarray(self._pixels[row])
        white = Image.new("RGB", image.size, (255, 255, 255))
        white.paste(image, mask=image.getchannel("A"))
        pixels = np.asarray(white.resize((size, size), Image.Resampling.BICUBIC))
        return View(torch.from_numpy(pixels.copy()).permute(2, 0, 1))
