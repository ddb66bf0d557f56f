"""The reader of now: begun anew with other models or threads, or without a model that is broken."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.reading import Reader
from anitag_desktop.services.retrying import retry_what_changed
from anitag_desktop.storage import settings
from anitag_desktop.worker.runtime import InstalledRuntime, read_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from anitag_desktop.recognition.model_package import ModelPackage
    from anitag_desktop.settings import Settings
    from anitag_desktop.storage.store import Store
    from anitag_desktop.worker.messages import ProviderReport

_MODEL_FAILURES = frozenset({"model_refused", "not_a_model", "model_failed"})


class ModelSource(Protocol):
    """Where the models come from: the service ``modelling.Models``."""

    def ensure_active(self) -> "list[ModelPackage]":
        """Return the models that tag, counted by the databases."""

    def failures(self) -> list[AnitagError]:
        """Return why others that are to tag cannot."""

    def note_provider(self, key: ModelKey, provider: str, reason: str) -> None:
        """Remember what a model really ran on, and why on nothing faster."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a reader is begun with: models with their folders, threads (0: as many as suit).

    ``device`` is what the models are to run on.
    """

    models: "list[tuple[ModelKey, Path]]"
    threads: int
    device: str
    runtime: InstalledRuntime | None


class RenewedReader:
    """One reader at a time. One thread steps; the other methods may be called from any thread."""

    def __init__(
        self,
        store: "Store",
        modelling: ModelSource,
        folder_ids: Sequence[int] | None,
        quiet: float,
    ) -> None:
        self._store = store
        self._modelling = modelling
        self._folder_ids = folder_ids
        self._quiet = quiet
        self._is_paused = False
        self._lock = threading.Lock()
        self._wanted: _Wish | None = None
        self._wish_changed = threading.Event()
        self._noted: ProviderReport | None = None
        self._tagged_before = 0
        self._unusable: list[AnitagError] = []
        self._broken: list[AnitagError] = []
        self._reader = self._begin(modelling.ensure_active())
        self._leave = store.changes.subscribe(self._hear)
        self._wish_changed.set()  # it may have, just before anybody listened

    @property
    def reader(self) -> Reader:
        """The reader of now."""
        return self._reader

    @property
    def model_error(self) -> AnitagError | None:
        """Why a model that is to tag cannot: until it can, pictures go without what it sees."""
        return next(iter((*self._unusable, *self._broken)), None)

    @property
    def tagged(self) -> int:
        """How many pictures a model looked at."""
        return self._tagged_before + self._reader.tagged

    def step(self, timeout: float) -> int:
        """Do one step; return how many files got their outcome.

        Raises:
            AnitagError: ``worker_died``; or what storing raises that waiting does not mend.
        """
        if self._wish_changed.is_set():
            self._follow_wish()
        done = self._reader.step(timeout)
        self._note_provider()
        if self._reader.failure is not None:
            self._take_failure(self._reader.failure)
        return done

    def set_paused(self, is_paused: bool) -> None:
        """Pause or go on, with whichever reader."""
        with self._lock:
            self._is_paused = is_paused
            if is_paused:
                self._reader.pause()
            else:
                self._reader.resume()

    def wake(self) -> None:
        """Look again whether there is something to do."""
        self._reader.wake()

    def close(self, timeout: float = 1.0) -> None:
        """Stop; what was finished is stored."""
        self._leave()
        self._reader.close(timeout)

    def _begin(self, packages: "Sequence[ModelPackage]") -> Reader:
        self._wanted = self._wish_for(packages)
        self._unusable = self._modelling.failures()
        self._broken = []
        retry_what_changed(self._store, packages)
        return self._new_reader(packages)

    def _new_reader(self, packages: "Sequence[ModelPackage]") -> Reader:
        wanted = self._settings()
        return Reader(
            self._store,
            packages,
            folder_ids=self._folder_ids,
            quiet=self._quiet,
            threads=wanted.recogniser_threads,
            device=wanted.device,
        )

    def _replace(self, reader: Reader, timeout: float) -> None:
        with self._lock:
            old, self._reader = self._reader, reader
            if self._is_paused:
                reader.pause()
        old.close(timeout)
        self._tagged_before += old.tagged

    def _settings(self) -> "Settings":
        with self._store.library.read() as conn:
            return settings.load(conn)

    def _wish_for(self, packages: "Sequence[ModelPackage]") -> "_Wish":
        models = [(package.key, package.folder) for package in packages]
        wanted = self._settings()
        return _Wish(models, wanted.recogniser_threads, wanted.device, read_runtime())

    def _follow_wish(self) -> None:
        self._wish_changed.clear()
        packages = self._modelling.ensure_active()
        self._unusable = self._modelling.failures()
        if self._wanted != self._wish_for(packages):
            self._replace(self._begin(packages), timeout=1.0)

    def _take_failure(self, failure: AnitagError) -> None:
        """Go on with the models that can; without any a picture gets facts and a thumbnail.

        Raises:
            AnitagError: the worker itself cannot work.
        """
        if failure.code not in _MODEL_FAILURES:
            raise failure
        logging.getLogger(__name__).info("going on without a model: %s", failure)
        packages = self._reader.packages
        broken = [package for package in packages if _is_blamed(package, failure)]
        self._broken += [_unusable(package, failure) for package in broken] or [failure]
        self._wanted = None  # with the next change it is tried again: it may be mended
        rest = [package for package in packages if package not in broken] if broken else []
        self._replace(self._new_reader(rest), timeout=0.0)

    def _hear(self, change: LibraryChange) -> None:
        if change.models or change.settings:
            self._wish_changed.set()
        if change.files or change.folders or change.models or change.settings:
            self._reader.wake()

    def _note_provider(self) -> None:
        report = self._reader.provider()
        if report.measured and report != self._noted:
            self._noted = report
            for package, name in zip(self._reader.packages, report.by_model, strict=False):
                self._modelling.note_provider(package.key, name, report.reason)


def _is_blamed(package: "ModelPackage", failure: AnitagError) -> bool:
    params = failure.params
    is_named = params.get("model") == package.key.model_id
    return is_named or params.get("path") == str(package.folder)


def _unusable(package: "ModelPackage", failure: AnitagError) -> AnitagError:
    reason = failure.params.get("reason", failure)
    return AnitagError("model_unusable", model=package.key.model_id, reason=reason)
