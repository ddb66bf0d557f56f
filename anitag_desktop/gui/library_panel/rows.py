"""What the left panel lists, row by row. No Qt here, so that it can be tested as plain values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.browser.pages import PROBLEMS_PAGE
from anitag_desktop.gui.library_panel.content import PanelContent
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.library_panel.places import places
from anitag_desktop.gui.search_bar.composing import search_for
from anitag_desktop.gui.wording import category_name, tag_text, tr


class RowKind(StrEnum):
    """How a row looks."""

    HEAD = "head"
    PLACE = "place"
    CHARACTER = "character"
    SAVED = "saved"
    TAG = "tag"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One row. ``query`` is what choosing it searches, ``page`` what it opens instead.

    ``key`` names it for folding; ``is_open`` is None where there is nothing to fold. ``tone`` is
    the token of its dot's colour.
    """

    kind: RowKind
    text: str
    key: str
    count: int | None = None
    query: str | None = None
    page: str | None = None
    depth: int = 0
    is_open: bool | None = None
    tone: str = "faint"
    category: TagCategory | None = None
    folder: Folder | None = None
    tag: Tag | None = None
    tooltip: str = ""


def build_rows(
    content: PanelContent, folded: Collection[str], opened: Collection[str]
) -> list[PanelRow]:
    """Return the rows; ``folded`` and ``opened`` are the keys that the user changed."""
    rows = [*_library(content)]
    rows += _section("saved", tr("Saved searches"), _saved(content), folded)
    rows += _section("characters", tr("Characters"), _characters(content), folded)
    rows += _section("folders", tr("Folders"), _folders(content.folders, opened, 0), folded)
    if any(content.tags.values()):
        rows += _section("tags", tr("Tags"), _tags(content, opened), folded)
    return rows


def _section(
    key: str, title: str, rows: Iterable[PanelRow], folded: Collection[str]
) -> list[PanelRow]:
    rows = list(rows)
    if not rows:
        return []
    is_open = key not in folded
    head = PanelRow(RowKind.HEAD, title, key, is_open=is_open)
    return [head, *rows] if is_open else [head]


def _library(content: PanelContent) -> Iterable[PanelRow]:
    kind = RowKind.PLACE
    yield PanelRow(RowKind.HEAD, tr("Library"), "library")
    for one in places():
        count = content.counts.get(one.query)
        if count or one.is_listed_empty:
            yield PanelRow(
                kind, one.text, one.key, count, one.query, tone=one.tone, tooltip=one.tooltip
            )
    if content.problems:
        yield PanelRow(
            kind, tr("Problems"), "problems", content.problems, page=PROBLEMS_PAGE, tone="bad"
        )


def _saved(content: PanelContent) -> Iterable[PanelRow]:
    for name, query in content.saved:
        problem = content.broken.get(query)
        yield PanelRow(
            RowKind.SAVED,
            name,
            f"saved/{name}",
            content.counts.get(query),
            query=query,
            tone="bad" if problem else "faint",
            tooltip=f"{query}\n{problem}" if problem else query or tr("Every picture"),
        )


def _characters(content: PanelContent) -> list[PanelRow]:
    return [
        _tag_row(RowKind.CHARACTER, tag, count, 0)
        for tag, count in content.tags.get(TagCategory.CHARACTER, ())
    ]


def _tags(content: PanelContent, opened: Collection[str]) -> Iterable[PanelRow]:
    for category, tags in content.tags.items():
        if category is TagCategory.CHARACTER or not tags:
            continue
        key = f"tags/{category.value}"
        is_open = key in opened
        yield PanelRow(
            RowKind.TAG, category_name(category), key, is_open=is_open, category=category
        )
        if is_open:
            yield from (_tag_row(RowKind.TAG, tag, count, 1) for tag, count in tags)


def _tag_row(kind: RowKind, tag: Tag, count: int, depth: int) -> PanelRow:
    return PanelRow(
        kind,
        tag_text(tag.name),
        f"tag/{tag.uid}",
        count,
        query=search_for(tag.name, tag.category),
        depth=depth,
        category=tag.category,
        tag=tag,
        tooltip=tag.name,
    )


def _folders(folders: Sequence[Folder], opened: Collection[str], depth: int) -> Iterable[PanelRow]:
    for folder in folders:
        key = f"folder/{folder.path}"
        # A watched folder is open until it is folded, those in it are folded until opened.
        is_open = (key in opened) != (depth == 0) if folder.children else None
        yield PanelRow(
            RowKind.FOLDER,
            folder.name,
            key,
            folder.count,
            query=folder.query,
            depth=depth,
            is_open=is_open,
            tone="warning" if folder.is_away else "faint",
            folder=folder,
            tooltip=_folder_tooltip(folder),
        )
        if is_open:
            yield from _folders(folder.children, opened, depth + 1)


def _folder_tooltip(folder: Folder) -> str:
    if folder.is_away:
        return tr("{path}\nThis folder is away. Its tags are kept.").format(path=folder.path)
    return folder.path
