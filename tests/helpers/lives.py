"""Libraries to which things happen, and the bitmaps that follow them."""

from contextlib import suppress
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.matching import search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import files
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers import searched
from tests.helpers.bitmaps import NOW, answers, bitmaps_of
from tests.helpers.libraries import (
    LibraryPaths,
    add_image,
    copy_empty_library,
    predict,
    use_model,
)

QUERIES = tuple(
    parse(text)
    for text in (
        *("", "hat", "-hat", "cat or dog", "red_hat -dog", "*hat", "h*", "*", "status:any hat"),
        *("rating:general", "rating:none", "source:user", "source:model", "is:untagged"),
        *("tagcount:1", "gentags:>0", "chartags:>0", "character:*", "is:missing", "is:reviewed"),
        *(
            "ai:hat",
            "missing:hat",
            "wrong:hat",
            "score:hat>=0.5",
            "uncertain:any",
            "uncertain:any,0.02",
            "id:1..3",
        ),
        "conflict:any",
        *(
            "limit:2",
            "name:pictures",
            "name:1",
            "name:?.png",
            "path:*sub/*.png",
            "path:/?ictures/*",
            "folder:/pictures",
            "width:>101",
            "date:any",
        ),
        *("folder:pictures", "folder:/pictures/sub", "folder:/pictures/1.png", "folder:/"),
        *("score:hat<0.7", "score:hat:0.2...0.6", "score:cat>0.9", "cat folder:sub"),
    )
)
ORDERS = (None, "id", "date", "name", "md5", "tagcount", "score:hat", "random:3", "filesize_asc")


class Life:
    """A library to which things happen, and its bitmaps."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store.open(open_paths(root))
        use_model(self.store)
        self.index = bitmaps_of(self.store, is_prepared=False)
        self.ids: dict[int, int] = {}
        self.paths: dict[int, bytes] = {}

    def do(self, action: tuple) -> None:
        """Do one thing; what makes no sense is refused by the library itself."""
        what, *given = action
        with suppress(AnitagError):
            getattr(self, what.replace(" ", "_"))(*given)

    def look(self) -> None:
        """Ask something: the bitmaps follow now, not only at the end."""
        answers(self.index, "hat or cat tagcount:>0")

    def add(self, place: int) -> None:
        self.ids[place] = add_image(self.store, place)

    def predict(self, place: int, said: dict[str, float]) -> None:
        if place in self.ids:
            predict(self.store, place, said)

    def confirm(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).correct([self.ids[place]], add=[name])

    def reject(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).correct([self.ids[place]], reject=[name])

    def clear(self, place: int, name: str) -> None:
        if place in self.ids:
            Corrector(self.store).clear([self.ids[place]], [name])

    def undo(self, n: int) -> None:
        Corrector(self.store).undo(n)

    def redo(self, n: int) -> None:
        Corrector(self.store).redo(n)

    def status(self, place: int, status: ImageStatus) -> None:
        ids = [file_id] if (file_id := self.file_of(place)) is not None else []
        self.store.library.write(lambda conn: files.set_status(conn, ids, status, 5.0))

    def copy(self, place: int, other: int) -> None:
        """Let the file of one picture have the contents of another."""
        if other in self.ids and place in self.ids:
            file_id = self.file_of(place)
            self.store.library.write(lambda conn: files.link(conn, file_id, self.ids[other]))

    def move(self, place: int, folder: bytes) -> None:
        stat = FileStat(1, 1, 1, place + 1, 1)
        if (file_id := self.file_of(place)) is not None:
            path = self.paths[place] = b"%s/%d.png" % (folder, place)
            self.store.library.write(lambda conn: files.move(conn, file_id, path, 1, stat))

    def prepare(self) -> None:
        self.index.prepare()

    def file_of(self, place: int) -> int | None:
        with self.store.library.read() as conn:
            row = files.by_path(conn, self.paths.get(place, b"/pictures/%d.png" % place))
        return None if row is None else row.file_id

    def imply(self, child: str, parent: str) -> None:
        TagAdministration(self.store).imply(child, parent)

    def alias(self, one: str, other: str) -> None:
        TagAdministration(self.store).alias(f"other_{one}", other)

    def rename(self, one: str, other: str) -> None:
        TagAdministration(self.store).rename(one, f"new_{other}")

    def merge(self, one: str, other: str) -> None:
        TagAdministration(self.store).merge(one, other)

    def silence(self, name: str) -> None:
        TagAdministration(self.store).silence(name)

    def heed(self, name: str) -> None:
        TagAdministration(self.store).heed(name)

    def delete(self, name: str) -> None:
        TagAdministration(self.store).delete(name)

    def category(self, name: str, category: str) -> None:
        TagAdministration(self.store).set_category(name, TagCategory(category))

    def reopen(self) -> None:
        self.store.close()
        self._open()

    def crash(self) -> None:
        """Close without saving the bitmaps, as a killed process does."""
        self.store._before_close.clear()
        self.reopen()

    def lose_index(self) -> None:
        self.store.close()
        for file in self.root.glob("index.db*"):
            file.unlink()
        self._open()

    def _open(self) -> None:
        self.store = Store.open(open_paths(self.root))
        self.index = bitmaps_of(self.store, is_prepared=False)

    def search(self) -> None:
        images, lore = searched.read(self.store)
        sql = SqlSearchIndex(self.store)
        for place, query in enumerate(QUERIES):
            asked = interpret(query, NOW, ORDERS[place % len(ORDERS)])
            expected = search(asked, images, lore)
            text = format_query(query)
            assert list(sql.ids(asked)) == expected, text
            assert self.index.ids(asked) == expected, text
            assert self.index.count(asked) == len(expected), text
            if place < 3:
                assert self.index.facets(asked, 2) == sql.facets(asked, 2), text
        assert self.index.known_tags() == sql.known_tags()
        for category in (None, TagCategory.GENERAL):
            ours, theirs = (index.tag_counts(category, 3) for index in (self.index, sql))
            assert ours == theirs


def open_paths(root: Path) -> LibraryPaths:
    paths = LibraryPaths(root)
    return paths if paths.library_db.exists() else copy_empty_library(root)
