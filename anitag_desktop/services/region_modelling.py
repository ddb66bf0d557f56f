"""Region modelling: the detectors and embedders in use beside the models that tag."""

import time
from collections.abc import Iterable, Sequence

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.roles import BESIDE
from anitag_desktop.services.model_finding import FoundModel, ModelFinder
from anitag_desktop.storage import models
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.store import Store


class RegionModels:
    """Chooses them; may be called from any thread. None is in use until one is named."""

    def __init__(self, store: Store, finder: ModelFinder) -> None:
        self._store = store
        self._finder = finder

    def choice(self) -> list[FoundModel]:
        """Return the chosen ones, whether they can be used or not."""
        with self._store.library.read() as conn:
            keys = models.for_regions(conn)
        found = {model.key: model for model in self._finder.found(keys)} if keys else {}
        return [found.get(key, FoundModel.missing(key, self._finder.own)) for key in keys]

    def use(self, packages: Sequence[ModelPackage]) -> None:
        """Use these in place of the ones of their kinds that were in use."""
        kinds = {package.manifest.kind for package in packages}
        stay = [one.key for one in self.choice() if _kind(one) not in kinds]
        self._put([*stay, *(package.key for package in packages)])

    def stop(self, key: ModelKey) -> None:
        """Use one no longer; what it found is kept, and not shown."""
        self._put(one.key for one in self.choice() if one.key != key)

    def sameness(self) -> dict[ModelKey, float]:
        """Return the embedders in use, each with the cosine from which on two are the same."""
        packages = usable(self.choice())
        return {
            package.key: package.manifest.decode.same
            for package in packages
            if package.manifest.decode.same is not None
        }

    def _put(self, keys: Iterable[ModelKey]) -> None:
        wanted = list(keys)
        self._store.library.write(
            lambda conn: models.use_for_regions(Doing(conn, None, time.time()), wanted)
        )


def usable(chosen: Iterable[FoundModel]) -> list[ModelPackage]:
    """Return those that can be used."""
    packages = (model.package for model in chosen if model.package is not None)
    return [package for package in packages if package.manifest.kind in BESIDE]


def refuse_others(package: ModelPackage) -> None:
    """Refuse what neither tags pictures nor looks for parts of them."""
    kind = package.manifest.kind
    if not package.is_tagger and kind not in BESIDE:
        raise AnitagError(
            "not_a_tagger", model=package.key.model_id, kind=kind, gives="one class of a few"
        )


def _kind(model: FoundModel) -> str:
    return "" if model.manifest is None else model.manifest.kind
