"""Where TensorRT keeps what it compiles from networks: minutes of work that hold for one machine.

It tells engines apart by the shape of a network, not by its weights, so each model has a folder of
its own; another runtime, driver or revision has another one.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from anitag_desktop.recognition import operations
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.proof import Subject

ENGINES = "engines"
"""Their folder among the runtimes."""

_MOST = 8
"""Of so many models the engines are kept; each is about as large as its network."""


@dataclass(frozen=True, slots=True)
class EngineStore:
    """``root`` has a folder for each model; batches have at most ``largest_batch`` pictures."""

    root: Path
    largest_batch: int

    def of(self, package: ModelPackage, subject: Subject) -> "Engines":
        """Return the folder of a model, made if need be; those not used for longest make room."""
        words = "\n".join((subject.model, subject.runtime, subject.machine))
        folder = self.root / hashlib.sha256(words.encode()).hexdigest()[:16]
        with suppress(OSError):  # without a folder it compiles every time
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.utime(folder)
            self._make_room()
        return Engines(folder, _profile(package, self.largest_batch))

    def _make_room(self) -> None:
        known = sorted(self.root.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in known[_MOST:]:
            shutil.rmtree(old, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one model, and for which sizes of batches one is to be compiled."""

    folder: Path
    profile: dict[str, str] = field(default_factory=dict)

    def options(self) -> dict[str, str]:
        """Return what TensorRT is to be told."""
        place = str(self.folder)
        return {
            "trt_engine_cache_enable": "1",
            "trt_engine_cache_path": place,
            "trt_timing_cache_enable": "1",
            "trt_timing_cache_path": place,
            **self.profile,
        }

    def forget(self) -> bool:
        """Delete what was kept, which may be damaged; tell whether there was anything."""
        found = self.folder.is_dir() and any(self.folder.iterdir())
        for path in self.folder.glob("*"):
            path.unlink(missing_ok=True)
        return found


def _profile(package: ModelPackage, largest: int) -> dict[str, str]:
    """Return the shapes of one engine for all batches: else each new size is compiled anew."""
    manifest = package.manifest
    most = min(largest, manifest.max_batch or largest)
    if most <= 1 or manifest.input.mask or operations.is_dynamic(manifest.preprocess):
        return {}
    width, height = manifest.input.size
    sides = (height, width, 3) if manifest.input.layout == "NHWC" else (3, height, width)
    shapes = {"min": 1, "opt": most, "max": most}
    return {
        f"trt_profile_{name}_shapes": f"{manifest.input.name}:{'x'.join(map(str, (count, *sides)))}"
        for name, count in shapes.items()
    }
