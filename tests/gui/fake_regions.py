"""Regions in memory, for the window's tests."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.correction import EffectiveTag, Source
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Place, Proposal, Region
from anitag_desktop.domain.tag import Tag, TagCategory
from tests.gui.fake_values import FakeAction

if TYPE_CHECKING:
    from tests.gui.fakes import FakeLibrary


class FakeOutlining:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library
        self._regions: dict[str, tuple[int, Region]] = {}
        self._count = 0

    def regions(self, image_id: int) -> tuple[Region, ...]:
        return tuple(region for image, region in self._regions.values() if image == image_id)

    def draw(self, image_id: int, box: Box) -> SimpleNamespace:
        self._count += 1
        uid = f"drawn {self._count}"
        self._regions[uid] = (image_id, Region(uid, Place("", box)))
        return SimpleNamespace(uid=uid, action=self._changed(image_id, "Draw a region"))

    def propose(self, uid: str, *names: str) -> None:
        image_id, region = self._regions[uid]
        tags = [Tag(name, name, TagCategory.CHARACTER) for name in names]
        proposals = tuple(Proposal(tag, 0.7, "test/ccip") for tag in tags)
        self._regions[uid] = (image_id, replace(region, proposals=proposals))
        self._changed(image_id, "")

    def move(self, uid: str, box: Box) -> FakeAction:
        image_id, region = self._regions[uid]
        self._regions[uid] = (image_id, replace(region, place=Place(region.place.label, box)))
        return self._changed(image_id, "Move a region")

    def relabel(self, uid: str, label: str) -> FakeAction:
        image_id, region = self._regions[uid]
        self._regions[uid] = (image_id, replace(region, place=Place(label, region.place.box)))
        return self._changed(image_id, "Say what a region shows")

    def name(self, uid: str, name: str) -> FakeAction:
        image_id, region = self._regions[uid]
        tag = Tag(name, name, TagCategory.CHARACTER)
        tags = (EffectiveTag(tag, Source.USER, None),)
        self._regions[uid] = (image_id, replace(region, tags=tags))
        return self._changed(image_id, f"Name a region {name}")

    def correct(
        self, uid: str, confirm: tuple[str, ...] = (), reject: tuple[str, ...] = ()
    ) -> FakeAction:
        image_id, region = self._regions[uid]
        kept = tuple(one for one in region.tags if one.tag.name not in (*reject, *confirm))
        said = tuple(
            EffectiveTag(Tag(name, name, TagCategory.CHARACTER), Source.USER, None)
            for name in confirm
        )
        left = tuple(one for one in region.proposals if one.tag.name not in (*reject, *confirm))
        self._regions[uid] = (image_id, replace(region, tags=(*said, *kept), proposals=left))
        return self._changed(image_id, "Correct a region")

    def reject(self, uid: str) -> FakeAction:
        image_id, _ = self._regions.pop(uid)
        return self._changed(image_id, "Reject a region")

    def _changed(self, image_id: int, label: str) -> FakeAction:
        self._library.changes.publish(LibraryChange(images=frozenset({image_id})))
        return FakeAction(1, label)
