"""Modelling: which models there are, adding one, choosing the one that tags, trying one.

A model is a package folder: among the bundled ones, or copied into the library's models folder.
Nothing here loads what runs models; trying one happens in a worker process.
"""

import logging
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.paths import bundled_models
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from anitag_desktop.services.model_copying import copy_package, folder_name
from anitag_desktop.services.model_gathering import as_folder
from anitag_desktop.services.model_trying import Trial, try_model
from anitag_desktop.storage import models
from anitag_desktop.storage.database import Connection
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import replace_durably
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.store import Store

_log = logging.getLogger(__name__)
_INCOMING = ".incoming-"


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model as it is shown.

    ``bytes`` is the size of its files, ``labels`` their count, ``metrics`` what its manifest
    states (name, value, set); ``provider`` is what it ran on when it was last run, or empty.
    """

    id: str
    revision: str
    title: str
    kind: str
    family: str
    licence: str
    bytes: int
    labels: int
    metrics: tuple[dict[str, str | float], ...]
    active: bool
    bundled: bool
    provider: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What trying a model showed: one line for each check, and whether all passed."""

    ok: bool
    findings: tuple[str, ...]
    provider: str


class Models:
    """The models of one library; every method may be called from any thread."""

    def __init__(self, store: Store, bundled: Path | None = None) -> None:
        self._store = store
        self._bundled = bundled or bundled_models()
        self._providers: dict[ModelKey, str] = {}
        self._packages: dict[Path, tuple[int, ModelPackage]] = {}
        self._lock = Lock()

    def installed(self) -> list[ModelView]:
        """Return every usable model, the bundled ones first; broken folders are left out."""
        active = {package.key for package in self.active()}
        return [self._view(package, package.key in active) for package in self._all()]

    def active(self) -> list[ModelPackage]:
        """Return the models that tag: the chosen ones that are there, else the first bundled one.

        Empty if there is no model at all; pictures then get facts and thumbnails only.
        """
        return self._found(self._chosen())

    def ensure_active(self) -> list[ModelPackage]:
        """Return the active models, after making sure that the databases count them.

        To be called before their predictions are stored; the library has to be writable.
        """
        chosen = self._chosen()
        found = self._found(chosen)
        for package in found:
            self._register(package)
        keys = [package.key for package in found]
        # What was chosen may be gone: an update of anitag brings another revision of its model.
        if found and not set(keys) & set(chosen):
            self._activate(keys, in_place_of=chosen)
        return found

    def package(self, model_id: str) -> ModelPackage:
        """Return an installed model; of several revisions the one added last.

        ``model_id`` may leave out the owner (what stands before the last slash) if only one
        model is called so.

        Raises:
            AnitagError: ``no_such_model``.
        """
        packages = self._all()
        found = [package for package in packages if package.key.model_id == model_id]
        if not found:
            found = [p for p in packages if p.key.model_id.rpartition("/")[2] == model_id]
        if len({package.key.model_id for package in found}) != 1:
            known = ", ".join(sorted({p.key.model_id for p in packages})) or "none"
            raise AnitagError("no_such_model", model=model_id, known=known)
        return found[-1]

    def add(self, path: Path | str) -> ModelView:
        """Copy a model into the library once it has passed every check; it is not used yet.

        ``path`` is its folder, or the file of its weights. One that is installed already is left.

        Raises:
            AnitagError: ``not_a_model`` or ``model_refused`` with the check that failed,
                ``disk_full``, ``cannot_write``; nothing was added.
        """
        with as_folder(Path(path)) as folder:
            package = ModelPackage.load(folder)
            package.check_hashes()
            if all(package.key != known.key for known in self._all()):
                self._take_in(package, self._store.paths.models / folder_name(package.key))
        return next(view for view in self.installed() if _key(view) == package.key)

    def take_over(self, folder: Path) -> ModelView:
        """Make a folder of the library one of its models once it has passed every check.

        The folder is moved, or removed if that very model is installed already.

        Raises:
            AnitagError: as ``add``; the folder stays where it is.
        """
        package = ModelPackage.load(folder)
        package.check_hashes()
        if any(package.key == known.key for known in self._all()):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            self._settle(package, folder, self._store.paths.models / folder_name(package.key))
        return next(view for view in self.installed() if _key(view) == package.key)

    def use(self, model_id: str, *others: str) -> ModelView:
        """Tag with this model from now on, or with several: each picture goes through all of them.

        Returns the first one.

        Raises:
            AnitagError: ``no_such_model``, or ``not_a_tagger`` for one of another kind.
        """
        packages = [self.package(one) for one in dict.fromkeys((model_id, *others))]
        for package in packages:
            _refuse_others(package)
        for package in packages:
            self._register(package)
        self._activate([package.key for package in packages])
        return self._view(packages[0], is_active=True)

    def verify(self, model_id: str) -> VerifyReport:
        """Check an installed model's files and run it on known pictures, in a worker process.

        Raises:
            AnitagError: ``no_such_model``.
        """
        package = self.package(model_id)
        trial = try_model(package.folder, self._store.paths.thumbnails)
        self.note_provider(package.key, trial.provider)
        return _report(trial)

    def remove(self, model_id: str) -> None:
        """Delete an added model's files.

        Raises:
            AnitagError: ``no_such_model``, or ``bad_value`` for a bundled or active one.
        """
        package = self.package(model_id)
        if package.folder.parent != self._store.paths.models:
            raise AnitagError("bad_value", reason=f"{model_id} came with anitag and stays")
        if package.key in {active.key for active in self.active()}:
            raise AnitagError("bad_value", reason=f"{model_id} is in use; use another one first")
        doomed = package.folder.with_name(_INCOMING + uuid.uuid4().hex)
        with failures_of(package.folder):
            package.folder.replace(doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def note_provider(self, key: ModelKey, provider: str) -> None:
        """Remember what a model really ran on."""
        if provider:
            self._providers[key] = provider

    def _take_in(self, package: ModelPackage, target: Path) -> None:
        """Copy, try the copy, then let it appear whole in its place."""
        incoming = target.with_name(_INCOMING + uuid.uuid4().hex)
        try:
            with failures_of(target):
                copy_package(package, incoming)
            self._settle(package, incoming, target)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)

    def _settle(self, package: ModelPackage, folder: Path, target: Path) -> None:
        """Try what lies in ``folder``, then let it appear whole in its place."""
        trial = try_model(folder, self._store.paths.thumbnails)
        failed = [f for f in trial.findings if not f.ok]
        if failed:
            reason = f"the check of its {failed[0].name} failed: {failed[0].detail}"
            raise AnitagError("model_refused", path=str(package.folder), reason=reason)
        with failures_of(target):
            shutil.rmtree(target, ignore_errors=True)  # of no use as it is: it was left out
            replace_durably(folder, target)
        self.note_provider(package.key, trial.provider)

    def _register(self, package: ModelPackage) -> None:
        self._store.library.write(
            lambda conn: models.register(conn, package.key, package.thresholds)
        )

    def _activate(
        self, keys: list[ModelKey], in_place_of: tuple[ModelKey, ...] | None = None
    ) -> None:
        """Let these models count; with ``in_place_of`` only if those still are the chosen ones."""

        def step(conn: Connection) -> None:
            if in_place_of is None or models.active(conn) == in_place_of:
                models.activate(Doing(conn, None, time.time()), keys)

        self._store.library.write(step)

    def _chosen(self) -> tuple[ModelKey, ...]:
        with self._store.library.read() as conn:
            return models.active(conn)

    def _found(self, chosen: tuple[ModelKey, ...]) -> list[ModelPackage]:
        packages = {p.key: p for p in reversed(self._all()) if p.is_tagger}
        return [packages[key] for key in chosen if key in packages] or self._default()

    def _default(self) -> list[ModelPackage]:
        return [package for package in self._in(self._bundled) if package.is_tagger][:1]

    def _all(self) -> list[ModelPackage]:
        return self._in(self._bundled) + self._in(self._store.paths.models)

    def _in(self, parent: Path) -> list[ModelPackage]:
        """Return the packages in a folder by name, the library's by the time they were added."""
        if not parent.is_dir():
            return []
        folders = [p for p in parent.iterdir() if p.is_dir() and not p.name.startswith(".")]
        is_own = parent == self._store.paths.models
        folders.sort(key=lambda p: (p.stat().st_mtime_ns if is_own else 0, p.name))
        return [package for folder in folders if (package := self._load(folder)) is not None]

    def _load(self, folder: Path) -> ModelPackage | None:
        """Return the package in a folder, from memory while its manifest is unchanged."""
        try:
            stamp = (folder / MANIFEST_NAME).stat().st_mtime_ns
            with self._lock:
                known = self._packages.get(folder)
            if known is None or known[0] != stamp:
                known = (stamp, ModelPackage.load(folder))
                with self._lock:
                    self._packages[folder] = known
        except (AnitagError, OSError) as error:
            _log.info("the model in %s is left out: %s", folder, error)
            return None
        return known[1]

    def _view(self, package: ModelPackage, is_active: bool) -> ModelView:
        manifest = package.manifest
        return ModelView(
            id=package.key.model_id,
            revision=package.key.revision,
            title=manifest.title,
            kind=manifest.kind,
            family=manifest.family,
            licence=manifest.licence.spdx,
            bytes=sum(_size(package.folder / file.path) for file in manifest.files),
            labels=len(package.labels),
            metrics=tuple(
                {"name": m.name, "value": m.value, "set": m.set} for m in manifest.metrics
            ),
            active=is_active,
            bundled=package.folder.parent == self._bundled,
            provider=self._providers.get(package.key, ""),
        )


_GIVES = {"embedder": "vectors", "detector": "boxes", "classifier": "one class of a few"}


def _refuse_others(package: ModelPackage) -> None:
    """Refuse what cannot tag whole pictures."""
    kind = package.manifest.kind
    if not package.is_tagger:
        model = package.key.model_id
        raise AnitagError("not_a_tagger", model=model, kind=kind, gives=_GIVES[kind])


def _key(view: ModelView) -> ModelKey:
    return ModelKey(view.id, view.revision)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _report(trial: Trial) -> VerifyReport:
    lines = tuple(f"{'ok' if f.ok else 'FAILED'}: {f.name}: {f.detail}" for f in trial.findings)
    return VerifyReport(all(f.ok for f in trial.findings), lines, trial.provider)
