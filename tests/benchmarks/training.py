"""Training against its own bare step, and against the loop of timm's train.py.

    .venv-training/bin/python tests/benchmarks/training.py [--steps 10] [--only resnet18]

Everything takes turns in one process on the same drawn JPEG pictures and the same networks, with as
many threads and loaders. ``step`` takes batches that lie in memory, ``files`` decodes each picture
each time, ``cache`` reads squares that were decoded once, ``timm`` is timm's script: its loader
with its prefetcher, its optimiser, its loss. Printed are pictures a second as medians, and of each
round the ratio to the bare step and to timm beside it; then milliseconds of CPU time that a picture
costs the process that steps and those that load, which say the same on a machine that others use.

Goals: 0.9 of the bare step; as fast as timm.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import psutil
import timm
import torch
from PIL import Image
from timm.data import ImageDataset, create_loader
from timm.optim import create_optimizer_v2

from tests.helpers.toy_layouts import NAMES
from tests.helpers.toy_sets import toy_picture
from training.benching import KEPT, WARMING, _Bench, _endless
from training.config import Config, config_from
from training.progress import Progress

FED, EVEN = 0.9, 1.0
NETWORKS = {"resnet18": (128, (16, 64)), "mobilenetv4_conv_small": (192, (32,))}
PICTURES = 192
KINDS = ("clock", "stepping", "loading")


def write_pictures(folder: Path) -> Path:
    """Write JPEG pictures of the size of a booru's samples, in folders of classes."""
    rng = np.random.default_rng(0)
    for number in range(PICTURES):
        image = toy_picture(number, 64)[0]
        image = image.resize((600 + number % 250, 850), Image.Resampling.BICUBIC)
        noise = rng.integers(-12, 12, (image.height, image.width, 1))
        pixels = (np.asarray(image).astype(np.int16) + noise).clip(0, 255).astype(np.uint8)
        path = folder / NAMES[number % len(NAMES)] / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, quality=88)
    return folder


def settings(
    folder: Path, backbone: str, size: int, store: str, args: argparse.Namespace
) -> Config:
    """Return the config of one network on the pictures."""
    sources = [{"name": "drawn", "path": str(folder / "set"), "layout": "folders"}]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = {"threads": args.threads, "workers": args.workers, "device": device}
    return config_from(
        {
            "task": {"name": "recognition"},
            "run": {**run, "precision": "bf16" if device == "cuda" else "fp32"},
            "network": {"backbone": backbone, "head": "linear", "size": size, "dropout": 0.0},
            "views": {"scale_low": 0.8, "flip": 0.5},
            "optimiser": {"clip": 0.0, "average": 0.0, "warm_up": 0},
            "datasets": {
                "store": store,
                "cache": str(folder / "cache"),
                "sources": sources,
                "validation": 0.0,
                "test": 0.0,
            },
        }
    )


class Timm:
    """The loop of timm's train.py on the same pictures."""

    def __init__(self, config: Config, batch: int, folder: Path) -> None:
        self._device = torch.device(config.run.device)
        self._is_cuda = self._device.type == "cuda"
        side = config.network.size
        self._loader = create_loader(
            ImageDataset(str(folder / "set")),
            input_size=(3, side, side),
            batch_size=batch,
            is_training=True,
            scale=(config.views.scale_low, 1.0),
            hflip=config.views.flip,
            color_jitter=None,
            interpolation="bicubic",
            num_workers=config.run.workers,
            pin_memory=self._is_cuda,
            device=self._device,
            # Otherwise its workers are started anew for each of the short epochs.
            persistent_workers=config.run.workers > 0,
        )
        self._network = timm.create_model(config.network.backbone, num_classes=len(NAMES))
        self._network.to(self._device).train()
        self._optimiser = create_optimizer_v2(self._network, opt="adamw", lr=0.0)
        self._loss = torch.nn.CrossEntropyLoss().to(self._device)

    def batches(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield normalised pictures and classes without end."""
        while True:
            yield from self._loader

    def step(self, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
        """Do what train_one_epoch does with a batch."""
        images, classes = batch
        mixed = torch.autocast("cuda", torch.bfloat16) if self._is_cuda else nullcontext()
        with mixed:
            loss = self._loss(self._network(images), classes)
        loss.backward()
        self._optimiser.step()
        self._optimiser.zero_grad()
        loss.item()
        if self._is_cuda:
            torch.cuda.synchronize()


@dataclass(frozen=True)
class Cost:
    """Seconds of clock that a picture takes, and of CPU time in this process and in loaders."""

    clock: float
    stepping: float
    loading: float

    def bound(self, loaders: int) -> float:
        """Return the seconds that a picture takes where every process has a core of its own."""
        return max(self.stepping, self.loading / max(1, loaders))


def cost(batches: Iterator, pictures: int, steps: int, step: Callable[..., None]) -> Cost:
    """Return what a picture costs in some steps, after a few that are not counted."""
    for one in islice(batches, WARMING):
        step(one)
    clock, own, others = time.perf_counter(), time.process_time(), loaders_time()
    for one in islice(batches, steps):
        step(one)
    spent = (time.perf_counter() - clock, time.process_time() - own, loaders_time() - others)
    return Cost(*(seconds / pictures for seconds in spent))


def loaders_time() -> float:
    """Return the CPU seconds that processes started by this one have taken so far."""
    found = (child.cpu_times() for child in psutil.Process().children(recursive=True))
    return sum(times.user + times.system for times in found)


def compare(folder: Path, backbone: str, batch: int, args: argparse.Namespace) -> bool:
    """Print the rates of one network and batch; tell whether both goals are met."""
    size = NETWORKS[backbone][0]
    quiet = Progress(as_json=True, stream=io.StringIO())
    configs = {s: settings(folder, backbone, size, s, args) for s in ("files", "cache")}
    ours = {}
    for store, config in configs.items():
        run = Path(tempfile.mkdtemp(dir=folder))
        ours[store] = _Bench(_endless(config, batch), run, quiet)
    peer = Timm(configs["files"], batch, folder)
    kept = list(islice(ours["files"]._trainer.batches(), KEPT))
    pictures = args.steps * batch
    found: dict[str, list[Cost]] = {name: [] for name in ("step", "files", "cache", "timm")}
    for _ in range(args.rounds):
        found["step"].append(cost(cycle(kept), pictures, args.steps, ours["files"]._step))
        for store, bench in ours.items():
            batches = bench._trainer.batches()
            found[store].append(cost(batches, pictures, args.steps, bench._step))
        found["timm"].append(cost(peer.batches(), pictures, args.steps, peer.step))
    print(f"{backbone} {size} px, batch {batch}")
    for name, costs in found.items():
        clock, own, others = (median(costs, kind) for kind in KINDS)
        ratios = [f"{ratio(costs, found[other], args)} of {other}" for other in ("step", "timm")]
        cpu = f"{own * 1000:.1f} + {others * 1000:.1f} ms"
        print(f"  {name:6} {1 / clock:7.1f}/s  {cpu:16}  {'  '.join(ratios)}", flush=True)
    fed = max(speed(found[store], found["step"]) for store in ours) >= FED
    return fed and speed(found["files"], found["timm"]) >= EVEN


def median(costs: list[Cost], kind: str) -> float:
    """Return the median of one kind of cost."""
    return statistics.median(getattr(one, kind) for one in costs)


def speed(costs: list[Cost], others: list[Cost]) -> float:
    """Return how many times as fast one is as the other, round by round."""
    return statistics.median(b.clock / a.clock for a, b in zip(costs, others, strict=True))


def ratio(costs: list[Cost], others: list[Cost], args: argparse.Namespace) -> str:
    """Return the ratio by the clock, and the one that CPU time allows with enough cores."""
    pairs = zip(costs, others, strict=True)
    bound = statistics.median(b.bound(args.workers) / a.bound(args.workers) for a, b in pairs)
    return f"{speed(costs, others):.2f} (CPU {bound:.2f})"


def main() -> int:
    """Compare everything; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", choices=NETWORKS, help="one network and its first batch size")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    met = True
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as place:
        write_pictures(Path(place) / "set")
        for backbone in [args.only] if args.only else NETWORKS:
            batches = NETWORKS[backbone][1]
            for batch in batches[:1] if args.only else batches:
                met = compare(Path(place), backbone, batch, args) and met
    print("goals met" if met else "goals missed")
    return int(not met)


if __name__ == "__main__":
    raise SystemExit(main())
