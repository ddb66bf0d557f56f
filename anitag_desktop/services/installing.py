"""Installing: which models can be downloaded, and bringing one when the user asks for it.

A download process brings the files (``downloading``); here they are compared with what was known
of them, described by their family, tried like every model, and only then let in.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from threading import Lock

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.client import download
from anitag_desktop.downloading.messages import (
    Endpoint,
    Manners,
    Order,
    Received,
    ReceivedFile,
    WantedFile,
)
from anitag_desktop.downloading.reach import HUB
from anitag_desktop.paths import LibraryPaths, bundled_models
from anitag_desktop.recognition.catalogue import (
    CATALOGUE_NAME,
    CatalogueFile,
    CatalogueModel,
    read_catalogue,
)
from anitag_desktop.services.model_copying import safe_name
from anitag_desktop.services.model_describing import describe
from anitag_desktop.services.modelling import Models, ModelView
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import make_private_folder
from anitag_desktop.storage.pins import Pin, PinnedFile, read_pins, write_pin
from anitag_desktop.storage.trials import read_trials

OnProgress = Callable[[int, int], None]
"""Told how many bytes are here, and how many there will be."""


@dataclass(frozen=True, slots=True)
class Installable:
    """A model of the catalogue as it is shown.

    ``bytes_here`` is how much of it an interrupted download left. ``is_pinned`` tells whether all
    hashes are known: from the catalogue, or from its first download. ``was_run`` tells whether its
    real weights passed every check here when they were last run, however they came.
    """

    model: CatalogueModel
    is_installed: bool
    is_accepted: bool
    is_pinned: bool
    was_run: bool
    bytes_here: int


@dataclass(frozen=True, slots=True)
class Installation:
    """A model that was installed; ``revision`` is the commit that came.

    ``is_as_listed`` is false where that is not the revision that the catalogue's facts are of.
    ``was_pinned_before`` is false if its hashes were not known before, and are held to from now on.
    """

    view: ModelView
    revision: str
    is_as_listed: bool
    was_pinned_before: bool


class Installer:
    """The models that can be downloaded into one library; call it from any thread."""

    def __init__(
        self,
        paths: LibraryPaths,
        modelling: Models,
        catalogue: Path | None = None,
        manners: Manners | None = None,
    ) -> None:
        self._models = paths.models
        self._cache = paths.cache
        self._modelling = modelling
        self._catalogue = catalogue or bundled_models() / CATALOGUE_NAME
        self._manners = manners or Manners()
        self._lock = Lock()
        self._running: set[str] = set()

    def available(self) -> list[Installable]:
        """Return every model of the catalogue, in its order."""
        pins, trials = read_pins(self._models), read_trials(self._cache)
        installed = {view.id for view in self._sound()}
        return [
            Installable(
                model=model,
                is_installed=model.id in installed,
                is_accepted=_is_accepted(model, pins.get(model.id, Pin())),
                is_pinned=model.is_pinned or bool(pins.get(model.id, Pin()).files),
                was_run=_was_run(model, pins.get(model.id, Pin()), trials),
                bytes_here=_size(self._folder(model)),
            )
            for model in read_catalogue(self._catalogue)
        ]

    def install(
        self,
        model_id: str,
        *,
        accept_licence: bool = False,
        mirrors: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> Installation:
        """Download a model, check it and add it; it is not used yet. One that is there is left.

        What was interrupted goes on where it was; one that is damaged is brought anew.

        ``mirrors`` are asked first, and never see the token. ``environment`` has HF_ENDPOINT,
        HF_TOKEN and the proxies of who asks, where that is another process than this one.

        Raises:
            AnitagError: ``not_in_catalogue``, ``licence_unaccepted``, ``already_installing``, what
                the download said, or the check that failed; nothing was added.
        """
        model = self.find(model_id)
        for view in self._sound():
            if view.id == model.id:
                return Installation(view, view.revision, True, True)
        with self._alone(model):
            pin = self._accepted(model, accept_licence)
            folder = self._folder(model)
            with failures_of(folder):
                make_private_folder(folder)
            order = self._order(model, pin, _endpoints(mirrors, environment or {}))
            received = download(order, environment or {}, on_progress, is_given_up)
            _compare(order, received)
            describe(folder, model, received.revision)
            view = self._modelling.take_over(folder)
            self._remember(model, pin, received.revision, received.files)
        return Installation(
            view=view,
            revision=received.revision,
            is_as_listed=received.revision.startswith(model.revision),
            was_pinned_before=model.is_pinned or bool(pin.files),
        )

    def discard(self, model_id: str) -> bool:
        """Throw away what an interrupted download left; tell whether there was anything.

        Raises:
            AnitagError: ``already_installing``.
        """
        model = self._named(model_id)
        if model is None or not self._folder(model).is_dir():
            return False
        with self._alone(model):
            rmtree(self._folder(model), ignore_errors=True)
        return True

    def find(self, model_id: str) -> CatalogueModel:
        """Return a model of the catalogue; its owner's name may be left out.

        Raises:
            AnitagError: ``not_in_catalogue``.
        """
        model = self._named(model_id)
        if model is None:
            raise AnitagError("not_in_catalogue", model=model_id)
        return model

    def _named(self, model_id: str) -> CatalogueModel | None:
        named = (m for m in read_catalogue(self._catalogue) if model_id.lower() in _names(m))
        return next(named, None)

    def _sound(self) -> list[ModelView]:
        return [view for view in self._modelling.installed() if not view.damage]

    def _folder(self, model: CatalogueModel) -> Path:
        return self._models / ".downloads" / safe_name(model.id)

    def _accepted(self, model: CatalogueModel, accept: bool) -> Pin:
        """Return the model's pin once its terms are accepted.

        Raises:
            AnitagError: ``licence_unaccepted``.
        """
        pin = read_pins(self._models).get(model.id, Pin())
        if _is_accepted(model, pin):
            return pin
        if not accept:
            raise AnitagError(
                "licence_unaccepted",
                model=model.id,
                licence=model.licence,
                terms=model.terms,
                page=model.page,
            )
        pin = Pin(model.terms, pin.revision, pin.files)
        self._write(model, pin)
        return pin

    def _order(self, model: CatalogueModel, pin: Pin, endpoints: tuple[Endpoint, ...]) -> Order:
        return Order(
            repository=model.repository,
            revision=pin.revision or model.revision,
            endpoints=endpoints,
            files=tuple(_wanted(file, pin) for file in model.files),
            folder=os.fsencode(self._folder(model)),
            manners=self._manners,
        )

    def _remember(
        self, model: CatalogueModel, pin: Pin, revision: str, files: Sequence[ReceivedFile]
    ) -> None:
        found = {file.path: PinnedFile(file.bytes, file.sha256) for file in files}
        self._write(model, Pin(pin.accepted, revision, found))

    def _write(self, model: CatalogueModel, pin: Pin) -> None:
        with self._lock:
            write_pin(self._models, model.id, pin)

    @contextmanager
    def _alone(self, model: CatalogueModel) -> Iterator[None]:
        """Have one installation of a model at a time.

        Raises:
            AnitagError: ``already_installing``.
        """
        with self._lock:
            if model.id in self._running:
                raise AnitagError("already_installing", model=model.id)
            self._running.add(model.id)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(model.id)


def _names(model: CatalogueModel) -> tuple[str, str]:
    return model.id, model.id.rpartition("/")[2]


def _is_accepted(model: CatalogueModel, pin: Pin) -> bool:
    return not model.terms or pin.accepted == model.terms


def _was_run(model: CatalogueModel, pin: Pin, trials: Mapping[str, bool]) -> bool:
    """Tell whether one of the files that are known of a model is weights that passed a trial."""
    known = {file.sha256 for file in model.files} | {one.sha256 for one in pin.files.values()}
    return any(sha256 in known and passed for sha256, passed in trials.items())


def _endpoints(mirrors: Sequence[str], environment: Mapping[str, str]) -> tuple[Endpoint, ...]:
    own = environment.get("HF_ENDPOINT", os.environ.get("HF_ENDPOINT", "")) or HUB
    return (*(Endpoint(url, gets_token=False) for url in mirrors), Endpoint(own, gets_token=True))


def _wanted(file: CatalogueFile, pin: Pin) -> WantedFile:
    """Return a file with what is known of it: from the catalogue, else from its first download."""
    known = pin.files.get(file.path, PinnedFile(0, ""))
    return WantedFile(
        path=file.path,
        source=file.source,
        bytes=file.bytes or known.bytes,
        sha256=file.sha256 or known.sha256,
        may_lack=file.may_lack,
    )


def _compare(order: Order, received: Received) -> None:
    """Compare what came with what is known: the process that met the network is not believed.

    Raises:
        AnitagError: ``not_the_file``.
    """
    came = {file.path: file.sha256 for file in received.files}
    for file in order.files:
        if (file.path not in came and not file.may_lack) or (
            file.sha256 and came.get(file.path, file.sha256) != file.sha256
        ):
            reason = "its sha256 is not the one that is known"
            raise AnitagError(
                "not_the_file", host=order.repository, file=file.source, reason=reason
            )


def _size(folder: Path) -> int:
    try:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError:
        return 0
