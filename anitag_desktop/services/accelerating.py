"""Accelerating: "Use my GPU". What fits the graphics of this machine, installing it, trying it.

A build of ONNX Runtime comes with pip into a folder of its own, which only worker processes see.
Nothing changes before everything is there and was tried; what does not prove itself is set aside
with its reason, and the models run on the CPU as before.
"""

import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.downloading.packages import Wish, bring, unpack
from anitag_desktop.paths import LibraryPaths, bundled_models, resources, runtimes_folder
from anitag_desktop.recognition.accelerator import short
from anitag_desktop.recognition.engines import ENGINES
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.recognition.runtime_catalogue import (
    CATALOGUE_NAME,
    Match,
    Runtime,
    match_runtime,
    read_runtimes,
    this_place,
)
from anitag_desktop.services.graphics_finding import find_cards
from anitag_desktop.services.model_trying import Trial, try_model
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage.openings import expect
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.proof_book import PROOFS, ProofBook
from anitag_desktop.worker.runtime import InstalledRuntime, read_runtime, write_runtime

__all__ = ["Acceleration", "Graphics", "InstalledRuntime", "Proof", "active_models", "known_proofs"]

OnProgress = Callable[[int, int], None]
_INCOMING = ".incoming"
_UNTRIED = "it was not tried yet"
_NAME = re.compile(r"[a-z]+-[0-9a-f]{8}")
"""What the folders of runtimes are called."""


@dataclass(frozen=True, slots=True)
class Graphics:
    """What there is and what could be.

    ``cards`` are in words. ``offer`` is what can be installed for one of them, None if there is
    nothing or it is here already; ``reason`` says why nothing, or nothing better, is offered.
    """

    cards: tuple[str, ...]
    offer: Runtime | None
    installed: InstalledRuntime | None
    reason: str


class Acceleration:
    """Sets up the graphics of this machine; call it from any thread.

    ``models`` gives the folders of those that tag, with the first of which it is tried;
    ``on_change`` is called when models may run on something else from now on.
    """

    def __init__(
        self,
        models: Callable[[], Sequence[Path]] = tuple,
        on_change: Callable[[], None] = lambda: None,
        catalogue: Path | None = None,
        patience: float = 30.0,
    ) -> None:
        self._models = models
        self._on_change = on_change
        self._catalogue = catalogue or resources() / CATALOGUE_NAME
        self._patience = patience

    def look(self) -> Graphics:
        """Return what there is; programs of drivers may be asked."""
        match, cards = self._match()
        installed = read_runtime()
        is_here = match.runtime is not None and _is(installed, match.runtime)
        offer = None if is_here else match.runtime
        return Graphics(cards, offer, installed, match.reason)

    def proofs(self) -> tuple[Proof, ...]:
        """Return what self-tests on this machine have shown."""
        return known_proofs()

    def set_up(
        self,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> InstalledRuntime:
        """Install what fits, and try it. What was interrupted goes on with the package it was at.

        Returns:
            What is installed; its ``reason`` says why it is not used, if it is not.

        Raises:
            AnitagError: ``no_runtime``, ``runtime_busy``, or why it could not be installed;
                what there was before is as it was.
        """
        with self._alone():
            match, _ = self._match()
            if match.runtime is None:
                raise AnitagError("no_runtime", reason=match.reason)
            if not _is(read_runtime(), match.runtime):
                self._install(match.runtime, on_progress, is_given_up)
            return self._test()

    def test(self) -> InstalledRuntime | None:
        """Try again what is installed: a driver may have come, or memory been given back.

        Raises:
            AnitagError: ``runtime_busy``.
        """
        with self._alone():
            return self._test() if read_runtime() is not None else None

    def remove(self) -> bool:
        """Delete what was installed, and what came of it; tell whether there was anything.

        Raises:
            AnitagError: ``runtime_busy`` or ``cannot_write``.
        """
        if not runtimes_folder().exists():
            return False  # and nothing is made, not even a lock
        with self._alone():
            found = read_runtime() is not None or _incoming().exists()
            _write(None)
            _book().forget()
            _sweep()
            for folder in (_incoming(), runtimes_folder() / ENGINES):
                shutil.rmtree(folder, ignore_errors=True)
        self._on_change()
        return found

    def _match(self) -> tuple[Match, tuple[str, ...]]:
        cards = find_cards()
        match = match_runtime(read_runtimes(self._catalogue), cards, this_place())
        return match, tuple(map(str, cards))

    def _install(
        self, runtime: Runtime, on_progress: OnProgress, is_given_up: Callable[[], bool]
    ) -> None:
        """Bring and unpack everything, then let it appear whole in its place."""
        wish = Wish(_incoming() / runtime.id, runtime.wheels, self._patience)
        try:
            for other in _incoming().glob("*"):
                if other != wish.folder:
                    shutil.rmtree(other, ignore_errors=True)
            bring(wish, on_progress, is_given_up)
            unpack(wish, wish.folder / "site", is_given_up)
            folder = runtimes_folder() / f"{runtime.id}-{uuid.uuid4().hex[:8]}"
            folder.mkdir(mode=0o700)
            (wish.folder / "site").replace(folder / "site")
            _flush()
        except OSError as error:
            raise write_failure(wish.folder, error) from error
        _write(
            InstalledRuntime(
                id=runtime.id,
                title=runtime.title,
                provider=short(runtime.provider),
                packages=_words(runtime),
                python=this_place().python,
                folder=folder.name,
                day=datetime.now(UTC).date().isoformat(),
                reason=_UNTRIED,
            )
        )
        _sweep()
        shutil.rmtree(_incoming(), ignore_errors=True)

    def _test(self) -> InstalledRuntime:
        """Run the first model in a process that uses it; note whether it may be used."""
        installed = read_runtime()
        assert installed is not None
        _book().forget()
        if installed.python == this_place().python:
            installed = replace(installed, reason=_verdict(self._try(installed), installed))
            _write(installed)
        self._on_change()
        return installed

    def _try(self, installed: InstalledRuntime) -> Trial:
        folders = [*self._models(), *sorted(p for p in bundled_models().glob("*") if p.is_dir())]
        with tempfile.TemporaryDirectory() as thumbnails:
            return try_model(folders[0], Path(thumbnails), installed.site)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one, of all processes, who sets up.

        Raises:
            AnitagError: ``runtime_busy`` or ``cannot_write``.
        """
        from filelock import FileLock, Timeout

        try:
            runtimes_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(runtimes_folder() / ".lock", timeout=0, thread_local=False)
            lock.acquire()
        except Timeout as error:
            raise AnitagError("runtime_busy") from error
        except OSError as error:
            raise write_failure(runtimes_folder(), error) from error
        try:
            yield
        finally:
            lock.release()


def known_proofs() -> tuple[Proof, ...]:
    """Return what self-tests on this machine have shown."""
    return _book().read()


def active_models(paths: LibraryPaths) -> list[Path]:
    """Return the folders of the models that tag in a library, none if it cannot be read."""
    try:
        expect(paths)
        with Store.open(paths, writable=False) as store:
            return [package.folder for package in Models(store).active()]
    except AnitagError:
        return []


def _verdict(trial: Trial, installed: InstalledRuntime) -> str:
    """Return why a runtime is not used; one that is right and slow with one model may be, yet."""
    failed = [finding for finding in trial.findings if not finding.ok]
    if failed:
        return f"the check of its {failed[0].name} failed: {failed[0].detail}"
    is_slow = any(proof.speed for proof in _book().read())
    if trial.provider == installed.provider or is_slow:
        return ""
    return trial.reason or f"the model ran on {trial.provider}"


def _is(installed: InstalledRuntime | None, runtime: Runtime) -> bool:
    """Tell whether exactly this is installed, for this Python."""
    if installed is None or installed.python != this_place().python:
        return False
    return (installed.id, installed.packages) == (runtime.id, _words(runtime))


def _words(runtime: Runtime) -> str:
    return ", ".join(map(str, runtime.wheels))


def _book() -> ProofBook:
    return ProofBook(runtimes_folder() / PROOFS)


def _incoming() -> Path:
    return runtimes_folder() / _INCOMING


def _write(runtime: InstalledRuntime | None) -> None:
    try:
        write_runtime(runtime)
    except OSError as error:
        raise write_failure(runtimes_folder(), error) from error


def _flush() -> None:
    """Have everything on the disk before it is said to be there."""
    if hasattr(os, "sync"):
        os.sync()


def _sweep() -> None:
    """Delete the folders of runtimes that are not the installed one."""
    installed = read_runtime()
    for folder in runtimes_folder().glob("*-*"):
        is_other = installed is None or folder.name != installed.folder
        if is_other and _NAME.fullmatch(folder.name) and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)  # on Windows it may be in use, yet
