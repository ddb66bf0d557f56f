"""Which accelerators have their package in an environment, told by its files alone.

Nothing is imported: it would load what only worker processes may load, and may well be broken.
"""

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from anitag_desktop.recognition.accelerator import (
    COREML,
    CUDA,
    DIRECTML,
    LIBRARIES,
    PLUGINS,
    PREFERENCE,
    short,
)

_DIRECTML = "DirectML.dll"


def packaged(site: Path | None = None) -> tuple[str, ...]:
    """Return the accelerators as people say them (``cuda``), in the order of preference.

    ``site`` is where packages are looked for before those of this environment.
    """
    found = {*_plugins(site), *_built_in(_capi(site)), *_of_torch()}
    return tuple(short(name).lower() for name in PREFERENCE if name in found)


def _plugins(site: Path | None) -> Iterator[str]:
    for name, package in PLUGINS.items():
        is_beside = site is not None and (site / package).is_dir()
        if is_beside or find_spec(package) is not None:
            yield name


def _of_torch() -> Iterator[str]:
    if find_spec("torch") is not None and Path("/dev/nvidiactl").exists():
        yield CUDA


def _capi(site: Path | None) -> Path | None:
    """Return where the libraries of the ONNX Runtime lie that a worker process would load."""
    if site is not None and (site / "onnxruntime").is_dir():
        return site / "onnxruntime" / "capi"
    spec = find_spec("onnxruntime")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "capi"


def _built_in(capi: Path | None) -> Iterator[str]:
    if capi is None:
        return
    names = [path.name for path in capi.glob("*")]
    for provider, library in LIBRARIES.items():
        if any(library in name for name in names):
            yield provider
    if _DIRECTML in names:
        yield DIRECTML
    if sys.platform == "darwin":
        yield COREML
