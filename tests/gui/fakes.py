"""A library without a disk, for what real services are too slow or too honest: a million pictures,
hostile names, errors on demand. Every call asserts that it does not come from the GUI thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from anitag_desktop.domain.change import Changes, LibraryChange
from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import (
    Conflict,
    FileProblem,
    ImageDetails,
    ModelOpinion,
    ShownTag,
)
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageFacts, ImageStatus
from anitag_desktop.domain.tag import Tag, TagCategory, normalize_tag_name
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.search.formatter import format_tag
from anitag_desktop.search.lexer import TokenKind, tokens
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.names import METATAG_NAMES
from anitag_desktop.search.parser import parse
from anitag_desktop.search.query import And, Everything, Not, Or, TagName
from anitag_desktop.services.looking import StoppedError
from anitag_desktop.settings import Settings, check

ADDED = datetime(2026, 11, 12, 14, 5, tzinfo=UTC)


@dataclass
class FakePicture:
    """One picture: what the model scored and what the user said."""

    path: str
    width: int = 640
    height: int = 480
    format: str = "png"
    size: int = 123_456
    frames: int = 1
    status: ImageStatus = ImageStatus.PRESENT
    thumbnail: Path | None = None
    scores: dict[str, float] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    rating: str | None = "general"
    is_favourite: bool = False
    stars: int | None = None
    conflicts: dict[str, tuple[ModelOpinion, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeRow:
    image_id: int
    sha256: str
    path: str
    name: str
    width: int
    height: int
    format: str
    is_animated: bool
    status: ImageStatus
    thumbnail: Path | None
    is_favourite: bool
    stars: int | None


@dataclass(frozen=True)
class FakeCompletion:
    text: str
    insert: str
    start: int
    end: int
    kind: str
    category: TagCategory | None
    count: int | None
    alias_of: str | None = None


@dataclass(frozen=True)
class FakeSpan:
    start: int
    end: int
    kind: str
    category: TagCategory | None = None


@dataclass(frozen=True)
class FakeProgress:
    state: str = "idle"
    done: int = 0
    total: int = 0
    rate: float = 0.0
    provider: str = ""
    measured: bool = False
    seconds_left: float | None = None
    error: str = ""


@dataclass(frozen=True)
class FakeAction:
    id: int
    label: str
    at: datetime = ADDED


class OffMain:
    """Passes every call on, unless it comes from the GUI thread: then it says so."""

    def __init__(self, service: object, calls: list[str]) -> None:
        self._service = service
        self._calls = calls

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._service, name)

        def call(*args: object, **kwargs: object) -> object:
            assert threading.current_thread() is not threading.main_thread(), name
            self._calls.append(name)
            return method(*args, **kwargs)

        return call


class FakeLibrary:
    """Satisfies what the window asks of a ``Library``."""

    THRESHOLD = 0.5

    def __init__(self, root: Path, pictures: Sequence[FakePicture] = ()) -> None:
        self.paths = LibraryPaths(root)
        self.changes = Changes()
        self.pictures = list(pictures)
        self.categories: dict[str, TagCategory] = {}
        self.folders: list[SimpleNamespace] = []
        self.problem_list: list[FileProblem] = []
        self.progress_now = FakeProgress()
        self.listeners: list[Callable[[object], None]] = []
        self.undo_steps: list[tuple[str, Callable[[], None]]] = []
        self.redo_steps: list[tuple[str, Callable[[], None]]] = []
        self.counts_now: dict[str, int] = {}
        self.saved: dict[str, str] = {}
        self.folder_counts_now: dict[str, int] = {}
        self.scan_steps = 0
        self.faceted: list[str] = []
        self.preferred: list[int] = []
        self.calls: list[str] = []
        self.orders: list[str | None] = []
        self.settings = Settings()
        self.lock = threading.RLock()
        for name, service in _SERVICES.items():
            setattr(self, name, OffMain(service(self), self.calls))

    def tag(self, name: str) -> Tag:
        return Tag(f"uid-{name}", name, self.categories.get(name, TagCategory.GENERAL))

    def effective(self, picture: FakePicture) -> set[str]:
        sure = {name for name, score in picture.scores.items() if score >= self.THRESHOLD}
        return (sure | picture.said) - picture.rejected


class FakeSearching:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def search(
        self, text: str, *, order=None, limit=None, offset=0, is_given_up=None
    ) -> SimpleNamespace:
        query, ids = parse(text), self._found(text)
        interpret(query, datetime.now(), order)
        self._library.orders.append(order)
        known = {
            name for one in self._library.pictures[:5000] for name in self._library.effective(one)
        }
        unknown = tuple(name for name in _names(query) if name not in known)
        end = None if limit is None else offset + limit
        return SimpleNamespace(ids=ids[offset:end], unknown=unknown)

    def _found(self, text: str) -> Sequence[int]:
        query = parse(text)
        if isinstance(query, Everything):
            return range(len(self._library.pictures))
        held = [self._library.effective(one) for one in self._library.pictures]
        return tuple(i for i, tags in enumerate(held) if _fits(query, tags))

    def did_you_mean(self, name: str) -> list[SimpleNamespace]:
        counts = [pair for category in TagCategory for pair in self._counts(category)]
        return [
            SimpleNamespace(tag=self._library.tag(known), count=count)
            for known, count in counts
            if known[:3] == name[:3]
        ]

    def count(self, text: str, *, is_given_up=None) -> int:
        if "is:" in text or ":<" in text or "status:" in text:
            return self._library.counts_now.get(text, 0)
        return len(self._found(text))

    def highlight(self, text: str) -> list[FakeSpan]:
        try:
            found = list(tokens(text, METATAG_NAMES))
        except AnitagError:
            return [FakeSpan(0, len(text), "error")]
        spans = []
        for token in found:
            name = normalize_tag_name(token.text)
            if token.kind is TokenKind.WORD:
                category, kind = self._library.categories.get(name), "tag"
            else:
                category, kind = None, "operator"
            if token.kind is TokenKind.METATAG:
                kind = "metatag"
            if token.text == "-":
                kind = "exclusion"
            spans.append(FakeSpan(token.extent.start, token.extent.end, kind, category))
        return spans

    def complete(self, text: str, cursor: int) -> list[FakeCompletion]:
        start = (
            max(text.rfind(" ", 0, cursor), text.rfind("(", 0, cursor), text.rfind("-", 0, cursor))
            + 1
        )
        part = normalize_tag_name(text[start:cursor])
        counts = {name: count for category in TagCategory for name, count in self._counts(category)}
        found = sorted(
            (name for name in counts if name.startswith(part)), key=lambda name: -counts[name]
        )
        return [
            FakeCompletion(
                name,
                format_tag(name),
                start,
                cursor,
                "tag",
                self._library.categories.get(name),
                counts[name],
            )
            for name in found
        ][:12]

    def facets(self, text: str, limit: int = 20, *, is_given_up=None):
        ids = self._found(text)
        self._library.faceted.append(text)
        found: dict[TagCategory, dict[str, int]] = {one: {} for one in TagCategory}
        for name in (
            n for i in ids[:5000] for n in self._library.effective(self._library.pictures[i])
        ):
            own = found[self._library.tag(name).category]
            own[name] = own.get(name, 0) + 1
        return {
            category: sorted(
                ((self._library.tag(name), count) for name, count in own.items()),
                key=lambda pair: (-pair[1], pair[0].name),
            )[:limit]
            for category, own in found.items()
        }

    def related(self, text: str, category=None, limit: int = 20) -> list[SimpleNamespace]:
        """The rarest first: what is common is related to nothing."""
        rows = [row for own in self.facets(text).values() for row in own]
        named = _names(parse(text))
        found = [SimpleNamespace(tag=t, count=n) for t, n in rows if t.name not in named]
        return sorted(found, key=lambda one: one.count)[:limit]

    def tag_counts(self, category: TagCategory, limit: int) -> list[tuple[Tag, int]]:
        return [(self._library.tag(name), count) for name, count in self._counts(category)][:limit]

    def _counts(self, category: TagCategory) -> list[tuple[str, int]]:
        counts: dict[str, int] = {}
        for picture in self._library.pictures[:5000]:
            for name in self._library.effective(picture):
                if self._library.categories.get(name, TagCategory.GENERAL) is category:
                    counts[name] = counts.get(name, 0) + 1
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


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


class FakeTagging:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def subscribe(self, listener: Callable[[object], None]) -> Callable[[], None]:
        self._library.listeners.append(listener)
        return lambda: self._library.listeners.remove(listener)

    def progress(self) -> FakeProgress:
        return self._library.progress_now

    def prioritise(self, image_ids: Sequence[int]) -> None:
        self._library.preferred = list(image_ids)

    def stop(self) -> None:
        self._turn("idle")

    def start(self) -> None:
        self._turn("running")

    def pause(self) -> None:
        self._turn("paused")

    def resume(self) -> None:
        self._turn("running")

    def _turn(self, state: str) -> None:
        now = self._library.progress_now
        self._library.progress_now = FakeProgress(
            state, now.done, now.total, now.rate, now.provider
        )


class FakeIndexing:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def folders(self) -> list[SimpleNamespace]:
        return list(self._library.folders)

    def add_folder(self, path: Path) -> SimpleNamespace:
        if not Path(path).is_dir():
            raise AnitagError("no_such_folder", path=path)
        view = SimpleNamespace(
            id=len(self._library.folders) + 1,
            path=str(path),
            status="present",
            images=len(self._library.pictures),
            last_scan=None,
        )
        self._library.folders.append(view)
        self._library.changes.publish(LibraryChange(folders=True))
        return view

    def remove_folder(self, folder_id: int) -> None:
        self._library.folders = [one for one in self._library.folders if one.id != folder_id]
        self._library.changes.publish(LibraryChange(folders=True))

    def scan(self, folder_ids=None, wait_settled=True, on_progress=None) -> SimpleNamespace:
        with suppress(StoppedError):
            for seen in range(self._library.scan_steps):
                on_progress(SimpleNamespace(folder="/", seen=seen, waiting=0))
                time.sleep(0.01)
        return SimpleNamespace(
            seen=len(self._library.pictures), new=0, changed=0, moved=0, missing=0, problems=0
        )


class FakeConfiguring:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def settings(self) -> Settings:
        return self._library.settings

    def own_thresholds(self) -> dict[TagCategory, tuple[float, float]]:
        return {TagCategory.GENERAL: (0.21, 0.64), TagCategory.CHARACTER: (0.5, 0.5)}

    def change(self, **values: object) -> FakeAction:
        for name in values.get("tag_thresholds", {}):
            if name == "unheard_of":
                raise AnitagError("unknown_tag", name=name)
        self._library.settings = check(replace(self._library.settings, **values))
        self._library.changes.publish(LibraryChange(settings=True))
        return FakeAction(1, "Set something")

    def leave_out(self, folder: str) -> FakeAction:
        return self.change(excludes=(*self._library.settings.excludes, f"{folder}/"))


class FakeThumbnailing:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def request(self, image_ids: Sequence[int]) -> None:
        pass

    def preview(self, image_id: int, max_side: int) -> SimpleNamespace:
        from PIL import Image

        picture = self._library.pictures[image_id]
        try:
            with Image.open(picture.path) as opened:
                opened.thumbnail((max_side, max_side))
                image = opened.convert("RGBA")
        except OSError as error:
            raise AnitagError("no_such_file", path=picture.path) from error
        return SimpleNamespace(width=image.width, height=image.height, pixels=image.tobytes())


_SERVICES = {
    "searching": FakeSearching,
    "showing": FakeShowing,
    "correcting": FakeCorrecting,
    "administering": FakeAdministering,
    "marking": FakeMarking,
    "remembering": FakeRemembering,
    "tagging": FakeTagging,
    "indexing": FakeIndexing,
    "thumbnailing": FakeThumbnailing,
    "configuring": FakeConfiguring,
}


def _fits(query: object, tags: set[str]) -> bool:
    if isinstance(query, And):
        return all(_fits(part, tags) for part in query.parts)
    if isinstance(query, Or):
        return any(_fits(part, tags) for part in query.parts)
    if isinstance(query, Not):
        return not _fits(query.part, tags)
    return not isinstance(query, TagName) or query.name in tags


def _names(query: object) -> list[str]:
    if isinstance(query, And | Or):
        return [name for part in query.parts for name in _names(part)]
    if isinstance(query, Not):
        return _names(query.part)
    return [query.name] if isinstance(query, TagName) else []
