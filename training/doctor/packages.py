"""The interpreter and the packages that training uses."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from training.doctor.finding import Finding

LEAST_PYTHON = (3, 11)
NEEDED = {
    "torch": (2, 10),
    "torchvision": (0, 25),
    "timm": (1, 0, 31),
    "safetensors": (0, 4, 5),
    "onnx": (1, 16),
    "onnxscript": (0, 2),
    "onnxruntime": (1, 20),
}
TOO_NEW = {"timm": (1, 1)}
"""The scale of some losses changed between minor versions of timm."""

BOARDS = {"tensorboard": "run.tensorboard", "wandb": "run.wandb"}
ENVIRONMENT = "make the training environment: make training-env"


def packages() -> Iterator[Finding]:
    """Yield the interpreter, what has to be installed, and what may be."""
    own = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < LEAST_PYTHON
    yield Finding("python", own, "use Python 3.11 or newer" if old else "")
    for package in NEEDED:
        yield needed(package, _version(package))
    for package, setting in BOARDS.items():
        found = _version(package)
        yield Finding(package, found or f"not installed; {setting} = true needs it")


def needed(package: str, found: str) -> Finding:
    """Return whether a package is there ("": it is not) and of a version that fits."""
    if not found:
        return Finding(package, "not installed", ENVIRONMENT)
    least, too_new = NEEDED[package], TOO_NEW.get(package)
    numbers = tuple(int(part) for part in re.findall(r"\d+", found.split("+")[0])[:3])
    if numbers < least:
        return Finding(package, found, f"needs {_dotted(least)} or newer; {ENVIRONMENT}")
    if too_new and numbers >= too_new:
        return Finding(package, found, f"needs a version before {_dotted(too_new)}; {ENVIRONMENT}")
    return Finding(package, found)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
