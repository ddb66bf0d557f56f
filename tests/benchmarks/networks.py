"""Networks of real size with random weights, in the files of the WD family: what they say is noise,
what they cost is real.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.helpers.models import Graph, write_csv

LABELS = 10_861
_LIKELY = 150
"""So many labels come out near one half, the others near 0, as with a trained tagger."""


def write_light(folder: Path, size: int = 448) -> Path:
    """Write a network of the shape and cost of MobileNetV4-conv-small."""
    net = _Net()
    x = net.rgb("input")
    x = net.conv(x, 3, 32, kernel=3, stride=2)
    x = net.conv(net.conv(x, 32, 32, kernel=3, stride=2), 32, 32)
    x = net.conv(net.conv(x, 32, 96, kernel=3, stride=2), 96, 64)
    x = net.bottleneck(x, 64, 96, stride=2)
    for _ in range(5):
        x = net.bottleneck(x, 96, 96)
    x = net.bottleneck(x, 96, 128, stride=2)
    for _ in range(5):
        x = net.bottleneck(x, 128, 128)
    x = net.op("GlobalAveragePool", net.conv(x, 128, 960))
    x = net.op("Reshape", x, net.constant(np.array([0, 960], np.int64)))
    x = net.op("Relu", net.linear(x, 960, 1280))
    return _finish(net, folder, size, x, 1280)


def write_heavy(folder: Path, size: int = 448) -> Path:
    """Write a network of the shape and cost of ViT-B/16 at 448 pixels (94 million weights)."""
    net = _Net()
    width, tokens = 768, (size // 16) ** 2
    x = net.conv(net.rgb("input"), 3, width, kernel=16, stride=16, act=False, pad=0)
    x = net.op("Reshape", x, net.constant(np.array([0, width, tokens], np.int64)))
    x = net.op("Transpose", x, perm=[0, 2, 1])
    for _ in range(12):
        x = net.op("Add", x, net.attention(net.norm(x, width), width, 12, tokens))
        x = net.op("Add", x, net.mlp(net.norm(x, width), width, 4 * width))
    x = net.op("ReduceMean", net.norm(x, width), axes=[1], keepdims=0)
    return _finish(net, folder, size, x, width)


WRITERS: dict[str, Callable[[Path], Path]] = {"light": write_light, "heavy": write_heavy}


class _Net(Graph):
    """A graph with the usual layers."""

    def __init__(self) -> None:
        super().__init__()
        self._rng = np.random.default_rng(0)

    def random(self, *shape: int, fan_in: int) -> str:
        values = self._rng.standard_normal(shape, np.float32)
        return self.constant(values * np.float32(fan_in**-0.5))

    def rgb(self, x: str) -> str:
        return self.op(
            "Mul", self.op("Transpose", x, perm=[0, 3, 1, 2]), self.constant(np.float32(1 / 255))
        )

    def conv(
        self,
        x: str,
        inner: int,
        outer: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        act: bool = True,
        pad: int | None = None,
    ) -> str:
        weight = self.random(
            outer, inner // groups, kernel, kernel, fan_in=inner * kernel**2 // groups
        )
        pads = [kernel // 2 if pad is None else pad] * 4
        bias = self.constant(np.zeros(outer, np.float32))
        x = self.op(
            "Conv",
            *(x, weight, bias),
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=pads,
            group=groups,
        )
        return self.op("Relu", x) if act else x

    def bottleneck(self, x: str, inner: int, outer: int, stride: int = 1) -> str:
        wide = 4 * inner
        y = self.conv(x, inner, wide)
        y = self.conv(y, wide, wide, kernel=5, stride=stride, groups=wide)
        y = self.conv(y, wide, outer, act=False)
        return self.op("Add", x, y) if inner == outer and stride == 1 else y

    def linear(self, x: str, inner: int, outer: int) -> str:
        y = self.op("MatMul", x, self.random(inner, outer, fan_in=inner))
        return self.op("Add", y, self.constant(np.zeros(outer, np.float32)))

    def norm(self, x: str, width: int) -> str:
        scale, bias = np.ones(width, np.float32), np.zeros(width, np.float32)
        return self.op("LayerNormalization", x, self.constant(scale), self.constant(bias))

    def attention(self, x: str, width: int, heads: int, tokens: int) -> str:
        shape = self.constant(np.array([0, tokens, heads, width // heads], np.int64))
        parts = [self.op("Reshape", self.linear(x, width, width), shape) for _ in range(3)]
        query = self.op("Transpose", parts[0], perm=[0, 2, 1, 3])
        key = self.op("Transpose", parts[1], perm=[0, 2, 3, 1])
        value = self.op("Transpose", parts[2], perm=[0, 2, 1, 3])
        scale = self.constant(np.float32((width // heads) ** -0.5))
        weights = self.op("Softmax", self.op("Mul", self.op("MatMul", query, key), scale), axis=-1)
        mixed = self.op("Transpose", self.op("MatMul", weights, value), perm=[0, 2, 1, 3])
        flat = self.constant(np.array([0, tokens, width], np.int64))
        return self.linear(self.op("Reshape", mixed, flat), width, width)

    def mlp(self, x: str, width: int, wide: int) -> str:
        x = self.linear(x, width, wide)
        half = self.op("Erf", self.op("Mul", x, self.constant(np.float32(2**-0.5))))
        gate = self.op("Add", half, self.constant(np.float32(1)))
        gelu = self.op("Mul", self.op("Mul", x, gate), self.constant(np.float32(0.5)))
        return self.linear(gelu, wide, width)


def _finish(net: _Net, folder: Path, size: int, x: str, width: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    bias = np.full(LABELS, -9, np.float32)
    bias[np.linspace(4, LABELS - 1, _LIKELY).astype(int)] = 0
    logits = net.op("MatMul", x, net.random(width, LABELS, fan_in=width))
    logits = net.op("Add", logits, net.constant(bias))
    net.out("output", net.op("Sigmoid", logits), ["batch_size", LABELS])
    net.out("embedding", net.op("Identity", x), ["batch_size", width])
    net.save(folder / "model.onnx", ("input", ["batch_size", size, size, 3]))
    rows = [[i, f"tag_{i}", 9 if i < 4 else 0, 1] for i in range(LABELS)]
    write_csv(folder / "selected_tags.csv", ["tag_id", "name", "category", "count"], rows)
    return folder
