"""Completing: letting the personal head that speaks now look at what came while another did."""

from functools import partial
from typing import TYPE_CHECKING

from anitag_desktop.storage import head_choices, images, models
from anitag_desktop.storage.head_choices import HeadInUse
from anitag_desktop.storage.image_tags import rebuild_within
from anitag_desktop.storage.notes import note

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.personal_heads import Side
    from anitag_desktop.storage.store import Store


def speaking(store: "Store") -> HeadInUse | None:
    """Return the head that speaks."""
    with store.library.read() as conn:
        return head_choices.in_use(conn)


def complete(store: "Store") -> None:
    """Let the head that speaks score the pictures that it lacks, and derive their tags.

    It is silent while the model that gives its vectors is not in use.
    """
    from anitag_desktop.storage import head_files, personal_heads

    use = speaking(store)
    with store.library.read() as conn:
        base = models.active(conn)
    if use is None or use.model not in base:
        return
    head = head_files.load(store.paths.heads, use.revision)
    if head is None:
        return
    for side in personal_heads.sides(use, head, base):
        while store.index.write(partial(_score_some, store, use, side)):
            """There may be more."""


def _score_some(
    store: "Store", use: HeadInUse, side: "Side", index: "Connection"
) -> frozenset[int]:
    from anitag_desktop.storage import personal_heads

    with store.library.read() as library:
        shas = personal_heads.score_missing(index, use, side)
        known = frozenset(images.ids_of(library, shas).values())
        rebuild_within(library, index, list(known))
    note(index, images=known)
    return known
