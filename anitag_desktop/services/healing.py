"""Healing: what was taught speaks again, once a new model has looked at the pictures.

What is learnt holds on the vectors of one model. When another takes its place the user has said as
much as before, and only the vectors are missing: as soon as they are there it is learnt anew. The
same holds for an example that nobody had looked at when it was taught, and for a lost file.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.storage import embeddings, head_choices, models, told_evidence
from anitag_desktop.storage.subjects import is_part

if TYPE_CHECKING:
    from anitag_desktop.learning.faces import Faces
    from anitag_desktop.learning.head import PersonalHead
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.embeddings import VectorSpace
    from anitag_desktop.storage.store import Store

IsGivenUp = Callable[[], bool]

Givers = Callable[[], Sequence[ModelKey]]
"""Gives the models in use that give vectors of pictures."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was taught is silent: the model in use has looked at ``ready`` of ``total`` pictures.

    ``is_in_vain``: no model in use gives vectors, so nothing is to come.
    """

    ready: int
    total: int
    is_in_vain: bool


class _GivenUpError(Exception):
    """Ends learning that nobody waits for any more."""


class Healer:
    """Learns anew where that is due; may be called from any thread."""

    def __init__(self, store: "Store", refreshing: Refresher, givers: Givers) -> None:
        self._store = store
        self._refreshing = refreshing
        self._givers = givers

    def waiting(self) -> Waiting | None:
        """Return how far the vectors are that what was taught waits for; None if for none."""
        with self._store.library.read() as conn:
            use, active = head_choices.in_use(conn), models.active(conn)
            if use is None or use.model in active or not told_evidence.characters(conn):
                return None
        givers = self._givers()
        with self._store.library.read() as conn:
            counts = [embeddings.count_pictures(conn, key) for key in givers]
            return Waiting(max(counts, default=0), embeddings.count_present(conn), not givers)

    def heal(self, is_given_up: IsGivenUp = bool) -> bool:
        """Learn anew if that is due; tell whether it was. To be called when nothing waits."""
        if not self._is_due():
            return False

        def look_up(_done: int, _total: int) -> None:
            if is_given_up():
                raise _GivenUpError

        try:
            self._refreshing.refresh(look_up)
        except _GivenUpError:
            return False
        except AnitagError as error:
            logging.getLogger(__name__).info("what was taught stays silent: %s", error)
            return False
        return True

    def _is_due(self) -> bool:
        from anitag_desktop.storage import head_files

        with self._store.library.read() as conn:
            space, use = embeddings.space(conn), head_choices.in_use(conn)
            taught = told_evidence.characters(conn)
            if space is None or not (taught or use):
                return False
            head = None if use is None else head_files.load(self._store.paths.heads, use.revision)
            if use is None or head is None or use.model not in models.active(conn):
                return True
            parts = self._refreshing.space_of_parts(conn)
            if use.faces is not None and parts is not None and use.faces.model != parts.model:
                return True
            shown = _shown(conn)
            return _has_more(conn, space, head, shown[0]) or (
                parts is not None and _has_more(conn, parts, head.faces, shown[1])
            )


_Shown = Mapping[str, set[str]]
"""By character (uid of the tag) what shows it."""


def _shown(conn: "Connection") -> tuple[_Shown, _Shown]:
    """Return the examples that were taught and not rejected since: pictures, and regions."""
    told = told_evidence.read(conn)
    whole: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    for tag, (right, wrong) in told_evidence.characters(conn).items():
        said = told.get(tag, {})
        kept = {uid for uid in right if uid not in wrong and said.get(uid, True)}
        parts[tag.uid] = set(filter(is_part, kept))
        whole[tag.uid] = kept - parts[tag.uid]
    return whole, parts


def _has_more(
    conn: "Connection", space: "VectorSpace", known: "PersonalHead | Faces | None", shown: _Shown
) -> bool:
    """Tell whether a character is shown by more vectors than it was learnt from."""
    every = {uid for own in shown.values() for uid in own}
    found = told_evidence.vectors(conn, space, every).keys()
    learnt = _counts(known)
    return any(len(own & found) > learnt.get(uid, 0) for uid, own in shown.items())


def _counts(known: "PersonalHead | Faces | None") -> dict[str, int]:
    taught: Iterable[tuple[str, int]] = ()
    if known is not None:
        counts = (len(one.examples) for one in known.taught)
        taught = zip(known.characters, counts, strict=True)
    return dict(taught)
