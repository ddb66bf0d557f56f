"""Modelling: which models there are, adding one, choosing the one that tags, trying one.

A model is a package folder: among the bundled ones, or copied into the library's models folder.
Nothing here loads what runs models; trying one happens in a worker process.
"""

import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.paths import bundled_models
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services import region_modelling
from anitag_desktop.services.model_copying import copy_package, folder_name
from anitag_desktop.services.model_finding import FoundModel, ModelFinder
from anitag_desktop.services.model_gathering import as_folder
from anitag_desktop.services.model_trying import Trial, try_model
from anitag_desktop.services.region_modelling import RegionModels
from anitag_desktop.storage import models, settings
from anitag_desktop.storage.database import Connection
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import replace_durably
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.trials import write_trial

_INCOMING = ".incoming-"


@dataclass(frozen=True, slots=True)
class ModelView:
    """A model as it is shown.

    ``bytes`` is the size of its files, ``labels`` their count, ``metrics`` what its manifest
    states (name, value, set); ``provider`` is what it ran on when it was last run, or empty,
    and ``slow_reason`` why on nothing faster. ``made_from`` is the id of the model that it is a
    fast copy of, or empty.
    ``damage`` is the check that fails where it cannot be used, empty if all pass; what its files
    do not tell then is empty, too.
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
    damage: str = ""
    slow_reason: str = ""
    made_from: str = ""


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
        self._finder = ModelFinder(bundled or bundled_models(), store.paths.models)
        self._beside = RegionModels(store, self._finder)
        self._providers: dict[ModelKey, tuple[str, str]] = {}

    def installed(self) -> list[ModelView]:
        """Return every model, the bundled ones first: damaged ones and chosen ones gone, too."""
        chosen = {model.key for model in (*self._choice(), *self._beside.choice())}
        return [self._view(model, model.key in chosen) for model in self._every()]

    def active(self) -> list[ModelPackage]:
        """Return the models that tag: the chosen ones that can, or if none ever was, a bundled one.

        Empty if there is none; pictures then get facts and thumbnails only.
        """
        return _usable(self._choice())

    def ensure_active(self) -> list[ModelPackage]:
        """Return the models in use, after making sure that the databases count those that tag.

        Detectors and embedders come last. To be called before their predictions are stored; the
        library has to be writable. A chosen model stays the chosen one while it cannot be used;
        see ``failures``.
        """
        chosen = self._chosen()
        choice = self._choice(chosen)
        found = _usable(choice)
        for package in found:
            self._register(package)
        keys = [model.key for model in choice]
        # An update of anitag brings another revision of its model in place of the chosen one.
        if found and keys != list(chosen):
            self._activate(keys, in_place_of=chosen)
        return found + region_modelling.usable(self._beside.choice())

    def failures(self) -> list[AnitagError]:
        """Return for each chosen model that cannot be used the check that failed."""
        beside = (model for model in self._beside.choice() if model.damage)
        return [_unusable(m) for m in (*(c for c in self._choice() if not c.is_tagger), *beside)]

    def damages(self) -> list[AnitagError]:
        """Return the check that failed for each model that cannot be used, chosen or not."""
        failures = self.failures()
        told = {failure.params["model"] for failure in failures}
        others = [m for m in self._every() if m.damage and m.key.model_id not in told]
        return [*failures, *map(_damaged, others)]

    def package(self, model_id: str) -> ModelPackage:
        """Return an installed model; of several revisions the one added last.

        ``model_id`` may leave out the owner (what stands before the last slash) if only one
        model is called so.

        Raises:
            AnitagError: ``no_such_model``, or ``model_damaged`` with the check that failed.
        """
        found = self._named(model_id)
        sound = [model.package for model in found if model.package is not None]
        if not sound:
            raise _damaged(found[-1])
        return sound[-1]

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
            if not self._has(package.key):
                self._take_in(package, self._store.paths.models / folder_name(package.key))
        return self._view_of(package.key)

    def take_over(self, folder: Path) -> ModelView:
        """Make a folder of the library one of its models once it has passed every check.

        The folder is moved, or removed if that very model is installed already.

        Raises:
            AnitagError: as ``add``; the folder stays where it is.
        """
        package = ModelPackage.load(folder)
        package.check_hashes()
        if self._has(package.key):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            self._settle(package, folder, self._store.paths.models / folder_name(package.key))
        return self._view_of(package.key)

    def use(self, model_id: str, *others: str) -> ModelView:
        """Use this model from now on, or several: each picture goes through all of them.

        They take the place of those of their kinds: taggers, detectors (which find faces, heads
        or persons) and embedders (which tell whom these show). Returns the first one.

        Raises:
            AnitagError: ``no_such_model``, ``model_damaged``, or ``not_a_tagger`` for one of
                another kind.
        """
        packages = [self.package(one) for one in dict.fromkeys((model_id, *others))]
        for package in packages:
            region_modelling.refuse_others(package)
        taggers = [package for package in packages if package.is_tagger]
        for package in taggers:
            self._register(package)
        if taggers:
            self._activate([package.key for package in taggers])
        if beside := [package for package in packages if not package.is_tagger]:
            self._beside.use(beside)
        return self._view_of(packages[0].key)

    def stop(self, model_id: str) -> None:
        """Use a detector or an embedder no longer; what it found is kept, and not shown.

        Raises:
            AnitagError: ``no_such_model``, or ``bad_value`` if it is not in use, or tags.
        """
        keys = {model.key for model in self._named(model_id)}
        found = next((m.key for m in self._beside.choice() if m.key in keys), None)
        if found is None:
            reason = f"{model_id} is no detector and no embedder in use"
            raise AnitagError("bad_value", reason=reason)
        self._beside.stop(found)

    def sameness(self) -> dict[ModelKey, float]:
        """Return the embedders in use, each with the cosine from which on two are the same."""
        return self._beside.sameness()

    def verify(self, model_id: str) -> VerifyReport:
        """Check an installed model's files and run it on known pictures, in a worker process.

        Raises:
            AnitagError: ``no_such_model``.
        """
        try:
            package = self.package(model_id)
        except AnitagError as error:
            if error.code != "model_damaged":
                raise
            return VerifyReport(False, (f"FAILED: files: {error.params['reason']}",), "")
        trial = self._try(package, package.folder)
        self.note_provider(package.key, trial.provider, trial.reason)
        return _report(trial)

    def remove(self, model_id: str) -> None:
        """Delete an added model's files; a damaged one's also while it is chosen.

        Raises:
            AnitagError: ``no_such_model``, or ``bad_value`` for a bundled one, or one in use.
        """
        found = self._named(model_id)
        model = next((one for one in found if one.damage), found[-1])
        if model.folder.parent != self._finder.own:
            raise AnitagError("bad_value", reason=f"{model_id} came with anitag and stays")
        chosen = {one.key for one in (*self._choice(), *self._beside.choice())}
        if model.key in chosen and (not model.damage or not model.folder.exists()):
            raise AnitagError("bad_value", reason=f"{model_id} is in use; use another one first")
        doomed = model.folder.with_name(_INCOMING + uuid.uuid4().hex)
        with failures_of(model.folder):
            model.folder.replace(doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def note_provider(self, key: ModelKey, provider: str, reason: str) -> None:
        """Remember what a model really ran on, and why on nothing faster."""
        if provider:
            self._providers[key] = provider, reason

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
        trial = self._try(package, folder)
        failed = [f for f in trial.findings if not f.ok]
        if failed:
            reason = f"the check of its {failed[0].name} failed: {failed[0].detail}"
            raise AnitagError("model_refused", path=str(package.folder), reason=reason)
        with failures_of(target):
            shutil.rmtree(target, ignore_errors=True)  # of no use as it is: it is damaged
            replace_durably(folder, target)
        self.note_provider(package.key, trial.provider, trial.reason)
        self._store.changes.publish(LibraryChange(models=True))  # it may be one that is missed

    def _try(self, package: ModelPackage, folder: Path) -> Trial:
        """Run the checks of a package that lies in ``folder``, and remember how they ended."""
        with self._store.library.read() as conn:
            device = settings.load(conn).device
        trial = try_model(folder, self._store.paths.thumbnails, None, device)
        if sha256 := package.manifest.weights.sha256:
            passed = all(finding.ok for finding in trial.findings)
            with suppress(AnitagError):  # the trial was made; where nothing can be written, too
                write_trial(self._store.paths.cache, sha256, passed=passed)
        return trial

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

    def _choice(self, chosen: tuple[ModelKey, ...] | None = None) -> list[FoundModel]:
        """Return the models that are to tag, whether they can or not."""
        chosen = self._chosen() if chosen is None else chosen
        found = self._finder.found(chosen)
        if not chosen:
            bundled = [m for m in found if self._is_bundled(m) and (m.is_tagger or m.damage)]
            return sorted(bundled, key=lambda model: not model.is_tagger)[:1]
        return [self._meant(key, found) for key in chosen]

    def _meant(self, key: ModelKey, found: list[FoundModel]) -> FoundModel:
        """Return a chosen model, or what an update of anitag brought in its place."""
        same = [model for model in found if model.key == key]
        newer = [m for m in found if self._is_bundled(m) and m.key.model_id == key.model_id]
        usable = [model for model in (*same, *newer) if model.is_tagger]
        return [*usable, *same, FoundModel.missing(key, self._finder.own)][0]

    def _is_bundled(self, model: FoundModel) -> bool:
        return model.folder.parent == self._finder.bundled

    def _every(self) -> list[FoundModel]:
        """Return the models that are there, and after them chosen ones that are not."""
        chosen = self._chosen()
        found = self._finder.found(chosen)
        here = {model.key for model in found}
        chosen_ones = (*self._choice(chosen), *self._beside.choice())
        return [*found, *(model for model in chosen_ones if model.key not in here)]

    def _named(self, model_id: str) -> list[FoundModel]:
        """Return the models of an id, of which the owner may be left out; see ``package``."""
        every = self._every()
        found = [model for model in every if model.key.model_id == model_id]
        if not found:
            found = [m for m in every if m.key.model_id.rpartition("/")[2] == model_id]
        if len({model.key.model_id for model in found}) != 1:
            known = ", ".join(sorted({m.key.model_id for m in every})) or "none"
            raise AnitagError("no_such_model", model=model_id, known=known)
        return found

    def _has(self, key: ModelKey) -> bool:
        """Tell whether a model is there that can be used."""
        return any(m.key == key and m.package is not None for m in self._finder.found())

    def _view_of(self, key: ModelKey) -> ModelView:
        views = [view for view in self.installed() if ModelKey(view.id, view.revision) == key]
        return next(view for view in views if not view.damage)

    def _view(self, model: FoundModel, is_active: bool) -> ModelView:
        manifest, package = model.manifest, model.package
        provider, reason = self._providers.get(model.key, ("", ""))
        files = [] if manifest is None else manifest.files
        metrics = () if manifest is None else manifest.metrics
        return ModelView(
            id=model.key.model_id,
            revision=model.key.revision,
            title="" if manifest is None else manifest.title,
            kind="" if manifest is None else manifest.kind,
            family="" if manifest is None else manifest.family,
            licence="" if manifest is None else manifest.licence.spdx,
            bytes=sum(_size(model.folder / file.path) for file in files),
            labels=0 if package is None else len(package.labels),
            metrics=tuple({"name": m.name, "value": m.value, "set": m.set} for m in metrics),
            active=is_active,
            bundled=self._is_bundled(model),
            provider=provider,
            damage=model.damage,
            slow_reason=reason,
            made_from="" if manifest is None else manifest.made_from,
        )


def _usable(models: list[FoundModel]) -> list[ModelPackage]:
    return [model.package for model in models if model.package is not None and model.is_tagger]


def _unusable(model: FoundModel) -> AnitagError:
    reason = model.damage or "it is no tagger"
    return AnitagError("model_unusable", model=model.key.model_id, reason=reason)


def _damaged(model: FoundModel) -> AnitagError:
    return AnitagError("model_damaged", model=model.key.model_id, reason=model.damage)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _report(trial: Trial) -> VerifyReport:
    lines = tuple(f"{'ok' if f.ok else 'FAILED'}: {f.name}: {f.detail}" for f in trial.findings)
    return VerifyReport(all(f.ok for f in trial.findings), lines, trial.provider)
