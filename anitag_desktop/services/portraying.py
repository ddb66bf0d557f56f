"""Portraying: what is known of a taught character, how sure that is, and who looks alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag
from anitag_desktop.domain.tag_name import read_tag_name
from anitag_desktop.storage import head_choices, images, index_ids, opinions, tags, told_evidence
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.schema import SCORE_SCALE
from anitag_desktop.storage.subjects import image_sha256

if TYPE_CHECKING:
    from anitag_desktop.learning.examples import Examples
    from anitag_desktop.learning.faces import Faces
    from anitag_desktop.learning.gallery import Taught
    from anitag_desktop.learning.head import PersonalHead
    from anitag_desktop.learning.space import Vectors
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.head_choices import HeadInUse
    from anitag_desktop.storage.store import Store

_MOST = 24
"""So many pictures of each kind are shown."""

_LOOK_ALIKES = 5
_BETWEEN = 8
_DOUBTFUL = 0.3
"""So far from one half a score may be to be doubtful."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Another taught character, how far off it is (cosines: 0 the same, 1 nothing in common).

    ``between`` are the pictures that fit both best.
    """

    tag: Tag
    distance: float
    between: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is known of a character; pictures by id in library.db.

    ``known_alone`` of ``references`` would be known without themselves; of fewer than three
    references that were learnt that cannot be said: then it is None. ``best`` are surely shown but
    no references, ``doubtful`` are others near the threshold; the user said nothing of either.
    ``outfits`` are other characters that it wears, ``wearer`` the one that wears it.
    """

    tag: Tag
    references: tuple[int, ...]
    rejected: tuple[int, ...]
    known_alone: int | None
    best: tuple[int, ...]
    doubtful: tuple[int, ...]
    look_alikes: tuple[LookAlike, ...]
    outfits: tuple[Tag, ...]
    wearer: Tag | None

    @property
    def has_enough(self) -> bool:
        """Whether it can be told how well it is known, once its references are learnt."""
        from anitag_desktop.learning import gallery

        return len(self.references) >= gallery.NEAREST


class Portrayer:
    """Reads; may be called from any thread."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def portrait(self, name: str) -> Portrait:
        """Return what is known of a character.

        Raises:
            AnitagError: ``unknown_character``.
        """
        from anitag_desktop.storage import head_files

        wanted = read_tag_name(name).name
        with self._store.library.read() as conn:
            row = tags.by_name(conn, wanted)
            examples = _examples(conn)
            if row is None or row.tag not in examples:
                raise AnitagError("unknown_character", name=name)
            use = head_choices.in_use(conn)
            head = None if use is None else head_files.load(self._store.paths.heads, use.revision)
            scores = _scores(conn, use, row.tag)
            return _portrait(_Known(conn, examples, use, head), row.tag, scores)


@dataclass(frozen=True, slots=True)
class _Known:
    """All characters, and the head that tells them apart."""

    conn: "Connection"
    examples: "Mapping[Tag, Examples]"
    use: "HeadInUse | None"
    head: "PersonalHead | None"


def _portrait(known: _Known, tag: Tag, scores: Mapping[str, float]) -> Portrait:
    own = known.examples[tag]
    said = {image_sha256(uid) for uid in (*own.positive, *own.negative)}
    others = {uid: score for uid, score in scores.items() if uid not in said}
    best = sorted((uid for uid in others if others[uid] >= 0.5), key=lambda uid: -others[uid])
    best = best[:_MOST]
    doubtful = [uid for uid in others if abs(others[uid] - 0.5) < _DOUBTFUL and uid not in best]
    doubtful.sort(key=lambda uid: abs(others[uid] - 0.5))
    by_uid = {one.uid: one for one in known.examples}
    return Portrait(
        tag,
        _ids(known.conn, own.positive),
        _ids(known.conn, own.negative),
        _known_alone(known.head, tag),
        _ids(known.conn, best),
        _ids(known.conn, doubtful[:_MOST]),
        tuple(_look_alikes(known, tag, scores)),
        tuple(one for one, theirs in known.examples.items() if theirs.wearer == tag.uid),
        by_uid.get(own.wearer),
    )


def _examples(conn: "Connection") -> "dict[Tag, Examples]":
    from anitag_desktop.services.evidence_gathering import examples

    taught = told_evidence.characters(conn)
    found = examples(taught, told_evidence.read(conn), told_evidence.wearers(conn, taught))
    return dict(found)


def _known_alone(head: "PersonalHead | None", tag: Tag) -> int | None:
    from anitag_desktop.learning import gallery

    shelf = _shelf(head, tag)
    if shelf is None or len(shelf.own.examples) < gallery.NEAREST:
        return None
    return gallery.left_out(shelf.own, shelf.strangers)


def _look_alikes(known: _Known, tag: Tag, scores: Mapping[str, float]) -> "list[LookAlike]":
    from anitag_desktop.learning import gallery

    shelf = _shelf(known.head, tag)
    if shelf is None:
        return []
    near = gallery.nearness(shelf.taught, shelf.place)
    meant = opinions.meant(known.conn, shelf.characters)
    kin = gallery.kin(shelf.taught, shelf.place)
    order = [place for place in (-near).argsort() if place not in kin]
    found = []
    for place in order[:_LOOK_ALIKES]:
        other = meant.get(shelf.characters[place])
        if other is not None:
            theirs = _scores(known.conn, known.use, other)
            both = sorted(
                scores.keys() & theirs.keys(), key=lambda uid: -min(scores[uid], theirs[uid])
            )
            found.append(
                LookAlike(other, 1 - float(near[place]), _ids(known.conn, both[:_BETWEEN]))
            )
    return found


class _Shelf(NamedTuple):
    """Characters that are told apart by the same vectors; ``place`` is that of the one meant."""

    characters: Sequence[str]
    taught: "Sequence[Taught]"
    place: int
    strangers: "Vectors"

    @property
    def own(self) -> "Taught":
        """What the one meant was taught by."""
        return self.taught[self.place]


def _shelf(head: "PersonalHead | None", tag: Tag) -> _Shelf | None:
    """Return where a character stands: where it has most examples, if it has any."""
    places: list[PersonalHead | Faces] = [] if head is None else [head]
    if head is not None and head.faces is not None:
        places.append(head.faces)
    shelves = [
        _Shelf(one.characters, one.taught, one.characters.index(tag.uid), one.strangers)
        for one in places
        if tag.uid in one.characters
    ]
    return max(shelves, key=lambda one: len(one.taught[one.place].examples), default=None)


def _ids(conn: "Connection", uids: Sequence[str]) -> tuple[int, ...]:
    """Return the pictures that are meant, or that the regions meant lie in, each once."""
    shas = dict.fromkeys(image_sha256(uid) for uid in uids)
    known = images.ids_of(conn, shas)
    return tuple(known[sha256] for sha256 in shas if sha256 in known)


def _scores(conn: "Connection", use: "HeadInUse | None", tag: Tag) -> dict[str, float]:
    """Return what the head says of pictures, or of regions in them, as far as it is kept."""
    if use is None:
        return {}
    numbers = index_ids.known_tag_ids(conn, [tag.uid]).values()
    of_head = index_ids.model_ids(conn, [use.key]).values()
    asked = json.dumps(list(numbers)), json.dumps(list(of_head))
    return {uid: score / SCORE_SCALE for uid, score in plain_rows(conn, _SCORES, asked)}


_SCORES = """
SELECT i.sha256, max(p.score) FROM json_each(?) t CROSS JOIN json_each(?) m
CROSS JOIN idx.predictions p ON p.tag_id = t.value AND p.model_id = m.value
JOIN idx.subjects s ON s.id = p.subject_id JOIN idx.images i ON i.id = s.image_id
GROUP BY i.sha256
"""
