"""Diagnosing: what works on this machine, measured where it can be."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from anitag_desktop import __version__
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths, bundled_models, training_python
from anitag_desktop.recognition.accelerator import short
from anitag_desktop.recognition.optional_decoders import is_there
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.services.accelerating import Acceleration, known_proofs
from anitag_desktop.services.device_finding import device_of, devices_here
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.probing import probe_formats, probe_model, probe_training
from anitag_desktop.storage.engines import sqlite_engine
from anitag_desktop.storage.openings import expect
from anitag_desktop.storage.store import Store
from anitag_desktop.watching.rules import UNREAD_SUFFIXES

_LEAST_PYTHON = (3, 11)
_LEAST_WATCHES = 8192
"""Fewer folders can be watched live than a large collection has; rescans see the rest."""

_LEAST_SPACE = 500_000_000
_INOTIFY = Path("/proc/sys/fs/inotify")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something looked at: what it is, what was found, whether anitag can work with it."""

    name: str
    value: str
    ok: bool = True


class Diagnosis:
    """Looks at the machine and at the library in ``paths``, which need not be sound."""

    def __init__(self, paths: LibraryPaths) -> None:
        self._paths = paths

    def report(self) -> list[Finding]:
        """Return every finding; takes some seconds, because processes are started to measure."""
        parts: tuple[Callable[[], Iterator[Finding]], ...] = (
            _versions,
            self._library,
            self._space,
            self._recognition,
            _graphics,
            self._models,
            _formats,
            _watching,
            _training,
            _telemetry,
        )
        return [finding for part in parts for finding in part()]

    def _library(self) -> Iterator[Finding]:
        root = self._paths.root
        if not self._paths.library_db.exists():
            yield Finding("library", f"{root} (none yet; the first command makes it)")
            return
        try:
            expect(self._paths)
        except AnitagError as error:
            is_only_old = error.code == "library_older"
            yield Finding("library", str(error), is_only_old)
        else:
            yield Finding("library", str(root))

    def _recognition(self) -> Iterator[Finding]:
        """Yield what models are set to run on, and what one really ran on."""
        device = device_of(self._paths)
        others = ", ".join(one for one in devices_here() if one != device)
        yield Finding("device", f"{device} ({others}: anitag settings set device ...)")
        folders = bundled_models()
        models = sorted(p for p in folders.iterdir() if p.is_dir()) if folders.is_dir() else []
        if not models:
            yield Finding("provider", "not measured: there is no bundled model")
            return
        found = probe_model(models[0], device)
        yield Finding("provider", found.words, found.ok)

    def _models(self) -> Iterator[Finding]:
        """Yield the library's models that cannot be used, or how many can."""
        try:
            expect(self._paths)
            with Store.open(self._paths, writable=False) as store:
                models = Models(store)
                damages, installed = models.damages(), models.installed()
        except AnitagError:
            return  # there is none yet, or what it is has been told
        yield from (Finding("model", str(damage), False) for damage in damages)
        if not damages:
            yield Finding("models", ", ".join(model.id for model in installed) or "none")

    def _space(self) -> Iterator[Finding]:
        place = next(p for p in (self._paths.root, *self._paths.root.parents) if p.exists())
        free = shutil.disk_usage(place).free
        is_writable = os.access(place, os.W_OK)
        value = f"{free / 1e9:.1f} GB free" + ("" if is_writable else ", not writable")
        yield Finding("disk", value, free >= _LEAST_SPACE and is_writable)


def _versions() -> Iterator[Finding]:
    yield Finding("anitag", __version__)
    yield Finding("system", f"{platform.platform()}, {os.cpu_count()} cores")
    yield Finding("python", platform.python_version(), sys.version_info >= _LEAST_PYTHON)
    engine = sqlite_engine()
    note = " (has the WAL-reset bug, which a single writer cannot meet)"
    yield Finding("sqlite", engine.version + (note if engine.has_wal_reset_bug else ""))
    for package in ("Pillow", "numpy", "onnxruntime", "SQLAlchemy", "PySide6_Essentials"):
        yield _package(package)


def _package(name: str) -> Finding:
    try:
        return Finding(name.lower(), version(name))
    except PackageNotFoundError:
        return Finding(name.lower(), "not installed", ok=False)


def _graphics() -> Iterator[Finding]:
    """Yield the cards, what lets models run on them, and what trying that has shown."""
    seen = Acceleration().look()
    yield Finding("graphics", "; ".join(seen.cards) or "no card was found")
    if seen.installed is not None:
        reason = seen.installed.reason
        words = f"{seen.installed.title} ({seen.installed.packages})"
        yield Finding(
            "gpu runtime", words + (f", not used: {reason}" if reason else ""), not reason
        )
    elif seen.offer is not None:
        size = f"{seen.offer.bytes / 1e6:,.0f} MB"
        words = f"none; {seen.offer.title} can be had ({size}): anitag doctor --setup-gpu"
        yield Finding("gpu runtime", words)
    else:
        yield Finding("gpu runtime", f"none: {seen.reason}")
    for proof in known_proofs():
        yield Finding(f"tried {short(proof.subject.provider)}", _proof(proof))


def _proof(proof: Proof) -> str:
    model = proof.subject.model.partition("@")[0]
    if proof.speed and proof.reason:
        return f"{model}: slower than the CPU, {proof.reason} ({proof.day})"
    if proof.reason:
        return f"{model}: not used, {proof.reason} ({proof.day})"
    return (
        f"{model}: {proof.speed:.3g} times the CPU's speed, scores within {proof.gap:.4f} "
        f"({proof.day})"
    )


def _formats() -> Iterator[Finding]:
    for form, reason in probe_formats():
        # What has to be installed by itself is no fault of this machine where it is not.
        is_well = not reason or not is_there(form)
        yield Finding(f"format {form.lower()}", reason or "read", is_well)
    suffixes = " ".join(sorted(suffix.decode() for suffix in UNREAD_SUFFIXES))
    yield Finding("not read", f"listed among the problems: {suffixes}")


def _watching() -> Iterator[Finding]:
    if not _INOTIFY.is_dir():
        yield Finding("watching", "by the system's own means")
        return
    watches = _limit("max_user_watches")
    words = f"up to {watches} folders live ({_limit('max_user_instances')} watchers)"
    if watches < _LEAST_WATCHES:
        words += "; raise fs.inotify.max_user_watches; until then rescans see the rest"
    yield Finding("watching", words, watches >= _LEAST_WATCHES)


def _limit(name: str) -> int:
    try:
        return int((_INOTIFY / name).read_text())
    except (OSError, ValueError):
        return 0


def _training() -> Iterator[Finding]:
    python = training_python()
    ready = probe_training(python)
    words = f"ready: {python}" if ready else "not installed (anitag retrain --equip)"
    yield Finding("training", words)


def _telemetry() -> Iterator[Finding]:
    is_off = os.environ.get("ORT_DISABLE_TELEMETRY") == "1"
    yield Finding("telemetry", "off" if is_off else "ORT_DISABLE_TELEMETRY is not set", is_off)
