"""Outlining: the regions of pictures, drawn, moved, named and rejected by hand.

Each call is one action: logged, in the journal before the call returns, and taken back by
``Corrector.undo``. The ``id`` of an action is None when everything was so already.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.region import LABEL_LENGTH, Place, Region, clipped
from anitag_desktop.services.correcting import ActionView, perform, view_of
from anitag_desktop.storage import identities, images, region_corrections, regions
from anitag_desktop.storage.corrections import Wish
from anitag_desktop.storage.regions import Said
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.subjects import image_sha256

Sameness = Callable[[], Mapping[ModelKey, float]]


class DrawnRegion(NamedTuple):
    """A new region and the action that made it."""

    uid: str
    action: ActionView


class Outliner:
    """Shows and corrects regions; may be called from any thread.

    ``sameness`` gives the embedders in use, each with the cosine from which on two regions show
    the same character.
    """

    def __init__(self, store: Store, sameness: Sameness = dict) -> None:
        self._store = store
        self._sameness = sameness

    def regions(self, image_id: int) -> tuple[Region, ...]:
        """Return the regions of a picture, from left to right, each with whom it may show."""
        same = self._sameness()
        with self._store.library.read() as conn:
            found = regions.of_images(conn, [image_id])[image_id]
            proposed = identities.proposals(conn, [one.uid for one in found], same)
        return tuple(one.with_proposals(proposed.get(one.uid, ())) for one in found)

    def draw(self, image_id: int, box: Box, label: str = "", name: str = "") -> DrawnRegion:
        """Add a region; ``label`` says what it shows (``face``), ``name`` who.

        Raises:
            AnitagError: ``bad_value`` for a box outside the picture or next to nothing, or a
                picture that is not known, ``bad_tag_name``, ``disk_full``, ``cannot_write``.
        """
        with self._store.library.read() as conn:
            facts = images.facts(conn, [image_id]).get(image_id)
        if facts is None:
            raise AnitagError("bad_value", reason="this picture is not in the library")
        uid = f"{facts.sha256}#{uuid4().hex[:16]}"
        place = Place(_label(label), _box(box))
        action = f"Draw {name}" if name else "Draw a region"
        wishes = [Wish(name, Verdict.CONFIRMED)] if name else []
        return DrawnRegion(uid, self._say(uid, place, wishes, action))

    def move(self, uid: str, box: Box) -> ActionView:
        """Give a region another place or size.

        Raises:
            AnitagError: ``no_such_region``, ``bad_value``, ``disk_full``, ``cannot_write``.
        """
        label = self._find(uid).place.label
        return self._put(uid, Said(_box(box), label), "Move a region")

    def relabel(self, uid: str, label: str) -> ActionView:
        """Say what kind of thing a region shows: ``face``, ``head``, ``person``, or nothing."""
        box = self._find(uid).place.box
        return self._put(uid, Said(box, _label(label)), "Say what a region shows")

    def reject(self, uid: str) -> ActionView:
        """Say that there is nothing; what was said of the region no longer counts.

        Detectors do not bring it back.
        """
        place = self._find(uid).place
        return self._put(uid, Said(place.box, place.label, is_rejected=True), "Reject a region")

    def name(self, uid: str, name: str) -> ActionView:
        """Say who (or what) a region shows, in place of the character that the user named before.

        Raises:
            AnitagError: ``no_such_region``, ``bad_tag_name``, ``disk_full``, ``cannot_write``.
        """
        return self.correct(uid, confirm=[name], action=f"Name a region {name}")

    def correct(
        self,
        uid: str,
        confirm: Sequence[str] = (),
        reject: Sequence[str] = (),
        clear: Sequence[str] = (),
        *,
        action: str = "Correct a region",
    ) -> ActionView:
        """Say which tags are right and wrong on a region, or take back what was said of them."""
        wishes = [Wish(name, Verdict.CONFIRMED) for name in confirm]
        wishes += [Wish(name, Verdict.REJECTED) for name in reject]
        wishes += [Wish(name, None) for name in clear]
        return self._say(uid, self._find(uid).place, wishes, action)

    def _find(self, uid: str) -> Region:
        with self._store.library.read() as conn:
            for image_id in images.ids_of(conn, [image_sha256(uid)]).values():
                for region in regions.of_images(conn, [image_id])[image_id]:
                    if region.uid == uid:
                        return region
        raise AnitagError("no_such_region")

    def _put(self, uid: str, said: Said, action: str) -> ActionView:
        return perform(self._store, action, [regions.command(uid, said)])

    def _say(self, uid: str, place: Place, wishes: Sequence[Wish], action: str) -> ActionView:
        row = self._store.library.write(
            lambda conn: region_corrections.correct(conn, {uid: place}, wishes, action)
        )
        return view_of(row, action)


def _box(box: Box) -> Box:
    found = clipped(box)
    if found is None:
        raise AnitagError("bad_value", reason="a region lies in its picture and can be seen")
    return found


def _label(label: str) -> str:
    text = " ".join(label.split())
    if len(text) > LABEL_LENGTH or not text.isprintable():
        raise AnitagError("bad_value", reason=f"a label has at most {LABEL_LENGTH} characters")
    return text
