"""A network that names its tensors as the EfficientNet-B0 of animesion, and computes as it."""

import math

import torch
from torch import nn
from torch.nn import functional

STAGES = (
    *((1, 3, 1, 1, 32, 16), (2, 3, 2, 6, 16, 24), (2, 5, 2, 6, 24, 40), (3, 3, 2, 6, 40, 80)),
    *((3, 5, 1, 6, 80, 112), (4, 5, 2, 6, 112, 192), (1, 3, 1, 6, 192, 320)),
)
"""Repeats, kernel, stride, widening, channels in and out."""


class Same(nn.Conv2d):
    """Pads as TensorFlow does: what does not fit evenly goes behind."""

    def forward(self, maps):
        pads = []
        for side in (maps.shape[3], maps.shape[2]):
            (kernel, _), (stride, _) = self.kernel_size, self.stride
            whole = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
            pads += [whole // 2, whole - whole // 2]
        return super().forward(functional.pad(maps, pads))


def norm(width):
    return nn.BatchNorm2d(width, eps=1e-3)


class Block(nn.Module):
    def __init__(self, kernel, stride, widening, inner, outer):
        super().__init__()
        wide = inner * widening
        self.skips = stride == 1 and inner == outer
        if widening > 1:
            self._expand_conv, self._bn0 = Same(inner, wide, 1, bias=False), norm(wide)
        self._depthwise_conv = Same(wide, wide, kernel, stride, groups=wide, bias=False)
        self._bn1 = norm(wide)
        self._se_reduce, self._se_expand = Same(wide, inner // 4, 1), Same(inner // 4, wide, 1)
        self._project_conv, self._bn2 = Same(wide, outer, 1, bias=False), norm(outer)

    def forward(self, maps):
        found = maps
        if hasattr(self, "_expand_conv"):
            found = functional.silu(self._bn0(self._expand_conv(found)))
        found = functional.silu(self._bn1(self._depthwise_conv(found)))
        squeezed = functional.silu(self._se_reduce(found.mean((2, 3), keepdim=True)))
        found = self._bn2(self._project_conv(torch.sigmoid(self._se_expand(squeezed)) * found))
        return found + maps if self.skips else found


class _B0(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self._conv_stem, self._bn0 = Same(3, 32, 3, 2, bias=False), norm(32)
        blocks = []
        for repeats, kernel, stride, widening, inner, outer in STAGES:
            blocks += [Block(kernel, stride, widening, inner, outer)]
            blocks += [Block(kernel, 1, widening, outer, outer) for _ in range(repeats - 1)]
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = Same(320, 1280, 1, bias=False), norm(1280)
        self._fc = nn.Linear(1280, classes)

    def forward(self, images):
        found = functional.silu(self._bn0(self._conv_stem(images)))
        for block in self._blocks:
            found = block(found)
        found = functional.silu(self._bn1(self._conv_head(found)))
        return self._fc(found.mean((2, 3)))


class EfficientNetLookAlike(nn.Module):
    """As animesion wraps it: every name begins with ``model.``."""

    def __init__(self, classes):
        super().__init__()
        self.model = _B0(classes)

    def forward(self, images):
        return self.model(images)
