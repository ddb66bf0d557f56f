"""Forgetting: letting go of everything that a model said of pictures.

After a model was replaced, or found bad. What the user said stays, and so does the choice of models
in use: one that is in use looks at its pictures again, as at new ones. That is also the only way
back: what a model said is made by the model, so it is no action that an undo takes back.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage import forgetting_previews, remembered_models
from anitag_desktop.storage.database import Connection
from anitag_desktop.storage.remembered_models import Portion
from anitag_desktop.storage.store import Store

_SAMPLE = 2_000
"""Of so many pictures a preview derives the tags; from more it is estimated."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A model of which anything is kept; ``is_here``: it is installed and could say it again."""

    id: str
    revision: str
    is_here: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class ForgetPreview:
    """What forgetting would do.

    ``pictures`` were looked at; ``changed`` of them would lose ``lost`` tags and gain ``gained``
    (those that another model was outvoted on). ``is_estimate``: the last three were worked out
    for a sample.
    """

    models: tuple[Memory, ...]
    pictures: int
    changed: int
    lost: int
    gained: int
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: all of it, or so many ``pictures`` until it was given up."""

    pictures: int
    is_complete: bool


class Forgetter:
    """Forgets models; every method may be called from any thread."""

    def __init__(self, store: Store, modelling: Models) -> None:
        self._store = store
        self._modelling = modelling

    def memories(self) -> list[Memory]:
        """Return the models of which anything is kept, whether they are installed or not."""
        views = self._modelling.installed()
        here = {ModelKey(v.id, v.revision) for v in views if not v.damage}
        active = {ModelKey(v.id, v.revision) for v in views if v.active}
        with self._store.library.read() as conn:
            keys = remembered_models.known(conn)
        return [Memory(k.model_id, k.revision, k in here, k in active) for k in keys]

    def preview(self, model_id: str, revision: str = "") -> ForgetPreview:
        """Return what ``forget`` would do, without doing it.

        Raises:
            AnitagError: ``nothing_remembered``.
        """
        models = self._named(model_id, revision)
        keys = _keys(models)
        with self._store.library.read() as conn:
            pictures = remembered_models.count_pictures(conn, keys)
            loss = forgetting_previews.loss(conn, keys, _SAMPLE)
        scale = loss.concerned / max(1, loss.seen)
        changed, lost, gained = (round(n * scale) for n in (loss.pictures, loss.lost, loss.gained))
        is_estimate = loss.concerned > loss.seen
        return ForgetPreview(tuple(models), pictures, changed, lost, gained, is_estimate)

    def forget(
        self,
        model_id: str,
        revision: str = "",
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> Forgotten:
        """Forget what a model said until now, of all its revisions or of one.

        ``model_id`` may leave out the owner, as with ``Models.package``. ``on_progress`` hears how
        many pictures of how many are done. Whoever gives up may go on later with what is left.

        Raises:
            AnitagError: ``nothing_remembered``, ``disk_full``, ``cannot_write``.
        """
        keys, before = _keys(self._named(model_id, revision)), time.time()
        with self._store.library.read() as conn:
            total = remembered_models.count_pictures(conn, keys)
        done = 0
        try:
            for pictures in chain.from_iterable(self._portions(key, before) for key in keys):
                done += pictures
                on_progress(min(done, total), total)
                if is_given_up():
                    return Forgotten(done, is_complete=False)
        finally:  # a model in use has something to do now
            self._store.changes.publish(LibraryChange(models=True))
        return Forgotten(total, is_complete=True)

    def _portions(self, key: ModelKey, before: float) -> Iterator[int]:
        """Forget one portion after another; give the number of pictures of each."""
        last = 0

        def step(index: Connection) -> Portion | None:
            with self._store.library.read() as library:
                return remembered_models.forget_portion(index, library, key, last, before)

        while (portion := self._store.index.write(step)) is not None:
            last = portion.last
            yield portion.pictures

    def _named(self, model_id: str, revision: str) -> Sequence[Memory]:
        memories = self.memories()
        fitting = [one for one in memories if revision in ("", one.revision)]
        found = [one for one in fitting if one.id == model_id]
        found = found or [one for one in fitting if one.id.rpartition("/")[2] == model_id]
        if len({one.id for one in found}) != 1:
            known = ", ".join(sorted({one.id for one in memories})) or "no model"
            raise AnitagError("nothing_remembered", model=model_id, known=known)
        return found


def _keys(memories: Sequence[Memory]) -> list[ModelKey]:
    return [ModelKey(one.id, one.revision) for one in memories]
