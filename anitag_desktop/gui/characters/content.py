"""What the page of the characters shows, read from the library. Runs on tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.gui.characters.tiles import Tile
from anitag_desktop.gui.search_bar.composing import search_for
from anitag_desktop.gui.wording import number, pictures, tag_text, tr

if TYPE_CHECKING:
    from anitag_desktop.gui.tasks import IsGivenUp
    from anitag_desktop.services.clustering import UnknownCluster
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.portraying import LookAlike, Portrait

_NEAR, _SOMEWHAT = 0.55, 0.8
"""Distances up to which two are called very, and somewhat, alike."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A portrait with the tiles of each of its parts."""

    portrait: Portrait
    references: Sequence[Tile]
    rejected: Sequence[Tile]
    best: Sequence[Tile]
    doubtful: Sequence[Tile]
    look_alikes: Sequence[Tile]
    between: Sequence[Tile]
    outfits: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster with the tiles of its members."""

    cluster: UnknownCluster
    tiles: Sequence[Tile]


def read_characters(library: Library) -> list[Tile]:
    """Return a tile for each taught character; its key is the name."""
    found = library.teaching.characters()
    faces = {
        one.tag.name: _face(library, search_for(one.tag.name, one.tag.category)) for one in found
    }
    lines = {one.tag.name: f"{pictures(one.pictures)} · {_taught(one.examples)}" for one in found}
    return _named(library, [(name, faces[name], lines[name]) for name in lines])


def read_waiting(library: Library) -> str:
    """Return what taught characters wait for, in a sentence; empty if they are recognised."""
    waiting = library.healing.waiting()
    if waiting is None:
        return ""
    if waiting.is_in_vain:
        return tr(
            "The model in use gives no vectors of pictures: these characters are not recognised "
            "on new pictures until another model is in use."
        )
    words = tr(
        "Waiting for new vectors: {ready} of {total}. The model in use is new; once it has "
        "looked at all pictures, these characters are recognised again."
    )
    return words.format(ready=number(waiting.ready), total=pictures(waiting.total))


def read_portrait(library: Library, name: str) -> Shown:
    """Return what is known of a character."""
    portrait = library.portraying.portrait(name)
    near = [
        (one.tag.name, _reference(library, one.tag.name), _nearness(one))
        for one in portrait.look_alikes
    ]
    worn = [(one.name, _reference(library, one.name), "") for one in portrait.outfits]
    between = [picture for one in portrait.look_alikes[:2] for picture in one.between]
    return Shown(
        portrait,
        references=tiles_of(library, portrait.references),
        rejected=tiles_of(library, portrait.rejected),
        best=tiles_of(library, portrait.best),
        doubtful=tiles_of(library, portrait.doubtful),
        look_alikes=_named(library, near),
        between=tiles_of(library, dict.fromkeys(between)),
        outfits=_named(library, worn),
    )


def read_groups(library: Library, is_given_up: IsGivenUp) -> list[Group]:
    """Return the clusters of unknown characters."""
    return [
        Group(one, tiles_of(library, [member.image_id for member in one.members]))
        for one in library.unknowns.clusters(is_given_up)
    ]


def tiles_of(library: Library, image_ids: Iterable[int]) -> list[Tile]:
    """Return a tile for each picture; its key is the id."""
    rows = library.showing.rows(list(image_ids))
    return [Tile(str(row.image_id), row.image_id, row.thumbnail) for row in rows]


def certainty(portrait: Portrait) -> str:
    """Return in a sentence how well a character is known."""
    count = len(portrait.references)
    if portrait.known_alone is None and portrait.has_enough:
        return tr(
            "It is not learnt with the model in use yet. Once its pictures are tagged by that, "
            "learn: Ctrl+L."
        )
    if portrait.known_alone is None:
        return tr("Teach at least 3 pictures: of fewer nobody can tell how sure it is recognised.")
    known = tr("{known} of {count} references are recognised without themselves").format(
        known=number(portrait.known_alone), count=number(count)
    )
    share = portrait.known_alone / count
    if share >= 0.8:
        return tr("Recognised surely: {known}.").format(known=known)
    if share >= 0.4:
        return tr("Recognised on many pictures, missed on others: {known}.").format(known=known)
    return tr(
        "Hard to recognise: {known}. More of them, or outfits of their own, may help."
    ).format(known=known)


def _named(library: Library, known: Sequence[tuple[str, int | None, str]]) -> list[Tile]:
    rows = {row.image_id: row for row in library.showing.rows([i for _, i, _ in known if i])}
    return [
        Tile(
            name, image or 0, rows[image].thumbnail if image in rows else None, tag_text(name), line
        )
        for name, image, line in known
    ]


def _reference(library: Library, name: str) -> int | None:
    references = library.portraying.portrait(name).references
    return references[0] if references else None


def _face(library: Library, query: str) -> int | None:
    ids = library.searching.search(query, order="score", limit=1).ids
    return int(ids[0]) if len(ids) else None


def _taught(count: int) -> str:
    return tr("{n} taught").format(n=number(count))


def _nearness(one: LookAlike) -> str:
    if one.distance < _NEAR:
        return tr("very alike")
    return tr("somewhat alike") if one.distance < _SOMEWHAT else tr("hardly alike")
