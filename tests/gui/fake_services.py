"""Services of the fake library that read and change what it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import (
    Conflict,
    FileProblem,
    ImageDetails,
    ShownTag,
)
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.search.parser import parse
from anitag_desktop.services.remembering import SavedSearch
from tests.gui.fake_values import (
    ADDED,
    FakeAction,
    FakePicture,
    FakeRow,
)

if TYPE_CHECKING:
    from tests.gui.fakes import FakeLibrary


class FakeShowing:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def rows(self, image_ids: Sequence[int]) -> list[FakeRow]:
        return [self._row(i, self._library.pictures[i]) for i in image_ids]

    def details(self, image_ids: Sequence[int]) -> list[ImageDetails]:
        return [self._details(i, self._library.pictures[i]) for i in image_ids]

    def problems(self) -> list[FileProblem]:
        return self._library.problem_list

    def folder_counts(self) -> dict[str, int]:
        return self._library.folder_counts_now

    def problem_count(self) -> int:
        return len(self._library.problem_list)

    def _row(self, image_id: int, one: FakePicture) -> FakeRow:
        return FakeRow(
            image_id,
            f"{image_id:064x}",
            one.path,
            one.path.rsplit("/", 1)[-1],
            one.width,
            one.height,
            one.format,
            one.frames > 1,
            one.status,
            one.thumbnail,
            one.is_favourite,
            one.stars,
        )

    def _details(self, image_id: int, one: FakePicture) -> ImageDetails:
        library = self._library
        tags = [
            ShownTag(
                library.tag(name),
                Source.USER if name in one.said else Source.MODEL,
                one.scores.get(name),
            )
            for name in sorted(library.effective(one))
        ]
        suggestions = [
            ShownTag(library.tag(name), Source.MODEL, score)
            for name, score in one.scores.items()
            if score < library.THRESHOLD and name not in one.said | one.rejected
        ]
        facts = ImageFacts(
            f"{image_id:064x}",
            "0" * 32,
            "0" * 64,
            0,
            one.width,
            one.height,
            one.format,
            one.size,
            one.frames,
        )
        return ImageDetails(
            image_id,
            one.path,
            (one.path,),
            facts,
            ADDED,
            ADDED,
            one.status,
            one.rating,
            tuple(tags),
            tuple(suggestions),
            tuple(library.tag(name) for name in sorted(one.rejected)),
            conflicts=tuple(
                Conflict(library.tag(name), opinions, name in one.rejected)
                for name, opinions in one.conflicts.items()
            ),
            is_favourite=one.is_favourite,
            stars=one.stars,
        )


class FakeCorrecting:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def correct(self, image_ids, confirm=(), reject=(), add=()) -> FakeAction:
        words = [*(f"confirm {n}" for n in confirm), *(f"reject {n}" for n in reject)]
        label = ", ".join([*words, *(f"add {n}" for n in add)])

        def forth() -> None:
            for image_id in image_ids:
                picture = self._library.pictures[image_id]
                for name in (*confirm, *add):
                    if name.startswith("rating:"):
                        picture.rating = name.removeprefix("rating:")
                        continue
                    picture.said.add(normalize_tag_name(name))
                    picture.rejected.discard(normalize_tag_name(name))
                for name in reject:
                    picture.rejected.add(normalize_tag_name(name))
                    picture.said.discard(normalize_tag_name(name))

        return self._do(label, image_ids, forth)

    def clear(self, image_ids, tags) -> FakeAction:
        def forth() -> None:
            for image_id in image_ids:
                self._library.pictures[image_id].said -= set(tags)
                self._library.pictures[image_id].rejected -= set(tags)

        return self._do("clear " + ", ".join(tags), image_ids, forth)

    def undo(self, n: int = 1) -> list[FakeAction]:
        with self._library.lock:
            if not self._library.undo_steps:
                raise AnitagError("nothing_to_undo")
            label, back = self._library.undo_steps.pop()
        back()
        return [FakeAction(1, label)]

    def redo(self, n: int = 1) -> list[FakeAction]:
        with self._library.lock:
            if not self._library.redo_steps:
                raise AnitagError("nothing_to_redo")
            label, forth = self._library.redo_steps.pop()
        forth()
        return [FakeAction(1, label)]

    def _do(self, label: str, image_ids: Sequence[int], forth: Callable[[], None]) -> FakeAction:
        library, ids = self._library, tuple(image_ids)
        with library.lock:
            before = [
                (i, set(library.pictures[i].said), set(library.pictures[i].rejected)) for i in ids
            ]

        def back() -> None:
            for image_id, said, rejected in before:
                library.pictures[image_id].said = set(said)
                library.pictures[image_id].rejected = set(rejected)
            library.redo_steps.append((label, again))
            library.changes.publish(LibraryChange(images=frozenset(ids), tags=True))

        def again() -> None:
            with library.lock:
                forth()
                library.undo_steps.append((label, back))
            library.changes.publish(LibraryChange(images=frozenset(ids), tags=True))

        again()
        return FakeAction(1, label)


class FakeMarking:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def toggle_favourite(self, image_ids) -> FakeAction:
        pictures = [self._library.pictures[i] for i in image_ids]
        is_favourite = not all(one.is_favourite for one in pictures)
        return self._mark(image_ids, is_favourite=is_favourite)

    def give_stars(self, image_ids, count) -> FakeAction:
        return self._mark(image_ids, stars=count)

    def _mark(self, image_ids, **marks: object) -> FakeAction:
        before = {i: replace(self._library.pictures[i]) for i in image_ids}

        def publish() -> None:
            self._library.changes.publish(LibraryChange(images=frozenset(image_ids)))

        def back() -> None:
            for image_id, old in before.items():
                for name in marks:
                    setattr(self._library.pictures[image_id], name, getattr(old, name))
            publish()

        for image_id in image_ids:
            for name, value in marks.items():
                setattr(self._library.pictures[image_id], name, value)
        self._library.undo_steps.append(("mark", back))
        publish()
        return FakeAction(1, "mark")


class FakeAdministering:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def set_category(self, name: str, category: TagCategory) -> FakeAction:
        before = self._library.categories.get(name, TagCategory.GENERAL)
        self._library.undo_steps.append(
            (f"make {name} {category}", lambda: self._set(name, before))
        )
        self._set(name, category)
        return FakeAction(1, f"make {name} {category}")

    def _set(self, name: str, category: TagCategory) -> None:
        self._library.categories[name] = category
        self._library.changes.publish(LibraryChange(tags=True))


class FakeRemembering:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def names(self) -> list[tuple[str, str]]:
        return list(self._library.saved.items())

    def counted(self, *, is_given_up=None) -> list[SavedSearch]:
        count = self._library.searching._service.count
        return [SavedSearch(name, query, count(query)) for name, query in self.names()]

    def save(self, name: str, query: str) -> FakeAction:
        parse(query)
        return self._do(f"save {name}", {**self._library.saved, name: query})

    def rename(self, old: str, new: str) -> FakeAction:
        saved = self._library.saved
        changed = {new if name == old else name: query for name, query in saved.items()}
        return self._do(f"rename {old}", changed)

    def forget(self, name: str) -> FakeAction:
        saved = self._library.saved
        return self._do(f"forget {name}", {n: q for n, q in saved.items() if n != name})

    def _do(self, label: str, wanted: dict[str, str]) -> FakeAction:
        library, before = self._library, self._library.saved

        def show(saved: dict[str, str]) -> None:
            library.saved = saved
            library.changes.publish(LibraryChange(settings=True))

        library.undo_steps.append((label, lambda: show(before)))
        show(wanted)
        return FakeAction(1, label)
