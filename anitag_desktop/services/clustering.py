"""Clustering: pictures and faces of the same unknown character, to be named at once.

Whole pictures without a character are compared by the vectors that the personal head uses, seen
from the middle of the library; regions that an embedder looked at by that embedder's. What the user
says is no character is remembered and not asked again.

Vectors are read block by block and kept as half floats: a hundred thousand of 768 numbers take
150 MB, and as much again for a moment.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import Region
from anitag_desktop.services.correcting import ActionView, perform
from anitag_desktop.storage import (
    embeddings,
    ignored_subjects,
    regions,
    told_evidence,
    unknown_subjects,
)
from anitag_desktop.storage.regions import Said

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from anitag_desktop.learning.space import Space, Vectors
    from anitag_desktop.services.refreshing import OnProgress
    from anitag_desktop.services.teaching import Taught, Teacher
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store
    from anitag_desktop.storage.unknown_subjects import Unknown

Sameness = Callable[[], Mapping[ModelKey, float]]
IsGivenUp = Callable[[], bool]

_SHOWN = 60
"""So many clusters are shown at most: the first are the most worth a name."""

MOST = 100_000
"""So many pictures, and so many regions, are compared at most: those that were looked at last.

A group is named at once or not for a while, so those of last year wait for what is new.
"""

_SAMPLE = 1_000
_ID_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Member:
    """A picture, or the region of one that lies in ``box``."""

    uid: str
    image_id: int
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class UnknownCluster:
    """What seems to show one character, the most typical first; near-duplicates count once.

    ``id`` stays as long as the members do. ``tightness`` is their mean cosine.
    """

    id: str
    members: tuple[Member, ...]
    tightness: float

    @property
    def is_of_regions(self) -> bool:
        """Whether members are regions."""
        return self.members[0].box is not None


class Unknowns:
    """Finds clusters and lets them be named; may be called from any thread."""

    def __init__(self, store: "Store", teaching: "Teacher", sameness: Sameness = dict) -> None:
        self._store = store
        self._teaching = teaching
        self._sameness = sameness

    def clusters(self, is_given_up: IsGivenUp = bool) -> list[UnknownCluster]:
        """Return what may be named, faces first, then by how many and how alike they are.

        A library of 100,000 pictures without characters takes a minute or more.
        """
        with self._store.library.read() as conn:
            found = self._of_regions(conn, is_given_up)
            found += _of_pictures(conn, is_given_up)
        return found[:_SHOWN]

    def find(self, cluster_id: str) -> UnknownCluster:
        """Return a cluster by its id.

        Raises:
            AnitagError: ``no_such_cluster``.
        """
        for one in self.clusters():
            if one.id == cluster_id:
                return one
        raise AnitagError("no_such_cluster", id=cluster_id)

    def name(
        self, members: Sequence[Member], name: str, on_progress: "OnProgress | None" = None
    ) -> "Taught":
        """Say whom these members of one cluster show, and teach it: one action.

        Raises:
            AnitagError: ``bad_tag_name``, ``no_vectors``, ``no_such_region``, ``disk_full``,
                ``cannot_write``.
        """
        if any(one.box is None for one in members):
            ids = [one.image_id for one in members]
            return self._teaching.teach(name, ids, on_progress=on_progress)
        uids = [one.uid for one in members]
        return self._teaching.teach_parts(name, uids, on_progress=on_progress)

    def ignore(self, members: Iterable[Member]) -> ActionView:
        """Say that these show nobody to be named; they are not asked about again.

        The boxes of regions are the user's from then on, so that they stay the same regions.
        """
        uids = [one.uid for one in members]
        with self._store.library.read() as conn:
            places = regions.places(conn, uids)
        held = [regions.command(uid, Said(one.box, one.label)) for uid, one in places.items()]
        commands = [*held, ignored_subjects.command(uids)]
        return perform(self._store, "Ignore unknown pictures", commands)

    def _of_regions(self, conn: "Connection", is_given_up: IsGivenUp) -> list[UnknownCluster]:
        found: list[UnknownCluster] = []
        for model, same in self._sameness().items():
            within = embeddings.space_of_parts(conn, [model])
            if within is not None:
                blocks = unknown_subjects.regions(conn, within)
                unknown = _read(blocks, _as_they_are(within.dim), is_given_up)
                found += _clusters(unknown, same, is_given_up)
        images = {one.image_id for cluster in found[:_SHOWN] for one in cluster.members}
        known = _regions_of(conn, images)
        return [_with_boxes(one, known) for one in found[:_SHOWN]]


def _of_pictures(conn: "Connection", is_given_up: IsGivenUp) -> list[UnknownCluster]:
    from anitag_desktop.learning.clusters import cut_of
    from anitag_desktop.learning.space import middle_of

    within = embeddings.space(conn)
    if within is None:
        return []
    sample = told_evidence.sample(conn, within, _SAMPLE)
    vectors = told_evidence.vectors(conn, within, sample).values()
    strangers = _floats([one.vector for one in vectors], within.dim)
    space = middle_of(strangers)
    unknown = _read(unknown_subjects.pictures(conn, within), space, is_given_up)
    return _clusters(unknown, cut_of(space.place(strangers)), is_given_up)


class _Unknown(NamedTuple):
    """What has no name, by uid, with vectors of length 1 (half floats)."""

    members: list[Member]
    vectors: "NDArray[np.float16]"


def _read(blocks: "Iterable[list[Unknown]]", space: "Space", is_given_up: IsGivenUp) -> _Unknown:
    """Read at most ``MOST`` vectors, placed in a space."""
    import numpy as np

    dim = len(space.middle)
    members: list[Member] = []
    parts = [np.empty((0, dim), np.float16)]
    for every in blocks:
        block = every[: MOST - len(members)]
        members += [Member(one.uid, one.image_id) for one in block]
        placed = space.place(_floats([one.vector for one in block], dim))
        parts.append(placed.astype(np.float16))
        if len(members) >= MOST or is_given_up():
            break
    # Their order decides nothing but which of near-duplicates stands for all: that has to stay.
    order = sorted(range(len(members)), key=lambda place: members[place].uid)
    return _Unknown([members[place] for place in order], np.concatenate(parts)[order])


def _clusters(unknown: _Unknown, cut: float, is_given_up: IsGivenUp) -> list[UnknownCluster]:
    from anitag_desktop.learning import clusters

    if len(unknown.members) < clusters.LEAST:
        return []
    found = clusters.find(unknown.vectors, cut, is_given_up)[:_SHOWN]
    return [
        _cluster([unknown.members[place] for place in one.members], one.tightness) for one in found
    ]


def _cluster(members: Sequence[Member], tightness: float) -> UnknownCluster:
    names = " ".join(sorted(one.uid for one in members))
    number = hashlib.sha256(names.encode()).hexdigest()[:_ID_LENGTH]
    return UnknownCluster(number, tuple(members), tightness)


def _with_boxes(one: UnknownCluster, known: Mapping[str, Region]) -> UnknownCluster:
    nowhere = Box(0, 0, 1, 1)
    members = tuple(
        Member(own.uid, own.image_id, known[own.uid].place.box if own.uid in known else nowhere)
        for own in one.members
    )
    return UnknownCluster(one.id, members, one.tightness)


def _regions_of(conn: "Connection", image_ids: Iterable[int]) -> dict[str, Region]:
    found = regions.of_images(conn, image_ids).values()
    return {region.uid: region for own in found for region in own}


def _as_they_are(dim: int) -> "Space":
    import numpy as np

    from anitag_desktop.learning.space import Space

    return Space(np.zeros(dim, np.float32))


def _floats(vectors: Sequence[bytes], dim: int) -> "Vectors":
    import numpy as np

    from anitag_desktop.storage.vector_portions import halves

    found: Vectors = halves(b"".join(vectors), dim).astype(np.float32)
    return found
