"""Finding the models: every folder that holds one, or that did before something damaged it."""

import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.manifest import Manifest, parse_manifest
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from anitag_desktop.recognition.side_files import read_json
from anitag_desktop.services.model_copying import folder_name

_Stamp = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class FoundModel:
    """A model's folder: its package, or in ``damage`` the check that it failed.

    ``manifest`` is None where not even that can be read; ``key`` then is told by the folder.
    """

    folder: Path
    key: ModelKey
    manifest: Manifest | None
    package: ModelPackage | None
    damage: str = ""

    @property
    def is_tagger(self) -> bool:
        """Whether it can tag whole pictures."""
        return self.package is not None and self.package.is_tagger

    @classmethod
    def missing(cls, key: ModelKey, parent: Path) -> "FoundModel":
        """Return a model whose folder is gone from ``parent``."""
        return cls(parent / folder_name(key), key, None, None, "its files are not there")


class ModelFinder:
    """Looks through the bundled models and those of one library, from any thread."""

    def __init__(self, bundled: Path, own: Path) -> None:
        self.bundled = bundled
        self.own = own
        self._loaded: dict[Path, tuple[_Stamp, FoundModel]] = {}
        self._lock = Lock()

    def found(self, known: Iterable[ModelKey] = ()) -> list[FoundModel]:
        """Return the models by name, the bundled ones first, the library's by the time they came.

        ``known`` are the models that a folder without a readable manifest may be.
        """
        names = {folder_name(key): key for key in known}
        folders = [*_folders(self.bundled), *sorted(_folders(self.own), key=_came_at)]
        return [self._look(folder, names.get(folder.name)) for folder in folders]

    def _look(self, folder: Path, known: ModelKey | None) -> FoundModel:
        """Return the model in a folder, from memory while its files are as they were."""
        try:
            stamp = _stamp(folder)
        except OSError as error:
            return _damaged(folder, known, str(error))
        with self._lock:
            before = self._loaded.get(folder)
        if before is not None and before[0] == stamp and before[1].package is not None:
            return before[1]
        model = _load(folder, known)
        with self._lock:
            self._loaded[folder] = (stamp, model)
        return model


def _load(folder: Path, known: ModelKey | None) -> FoundModel:
    try:
        package = ModelPackage.load(folder)
    except AnitagError as error:
        return _damaged(folder, known, str(error.params["reason"]))
    except OSError as error:
        return _damaged(folder, known, str(error))
    return FoundModel(folder, package.key, package.manifest, package)


def _damaged(folder: Path, known: ModelKey | None, damage: str) -> FoundModel:
    manifest = _manifest(folder)
    key = known or ModelKey(folder.name, "")
    if manifest is not None:
        key = ModelKey(manifest.id, manifest.revision)
    return FoundModel(folder, key, manifest, None, damage)


def _manifest(folder: Path) -> Manifest | None:
    try:
        return parse_manifest(Fields(read_json(folder / MANIFEST_NAME), MANIFEST_NAME).raw)
    except (ManifestError, OSError):
        return None


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(p for p in parent.iterdir() if p.is_dir() and not p.name.startswith("."))


def _came_at(folder: Path) -> int:
    """Return when the last file came into a folder or left it, in nanoseconds."""
    return folder.stat().st_mtime_ns


def _stamp(folder: Path) -> _Stamp:
    """Return name, size and time of change of each file in a folder."""
    looked = ((path.name, path.stat()) for path in folder.iterdir())
    return frozenset(
        (name, found.st_size, found.st_mtime_ns)
        for name, found in looked
        if stat.S_ISREG(found.st_mode)
    )
