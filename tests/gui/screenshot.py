"""Opens the real window and grabs it: ``python -m tests.gui.screenshot OUT.png --theme light``."""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import tempfile
import traceback
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QLocale, Qt, QTimer
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from anitag_desktop.domain.details import FileProblem, ModelOpinion
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.application import make_application
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.characters.page import CharactersPage
from anitag_desktop.gui.library_panel.places import (
    FAVOURITES,
    MISSING,
    RECENT,
    TO_REVIEW,
    UNTAGGED,
)
from anitag_desktop.gui.main_window import MainWindow
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.theme.theme import Scheme, theme
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services.library import Library
from anitag_desktop.settings import DEFAULT_EXCLUDES, Settings
from tests.gui.fakes import FakeLibrary, FakePicture, FakeProgress


def main() -> int:
    options = _options()
    application = make_application(sys.argv[:1])
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    application.setFont(QFont("Inter"))
    root = Path(tempfile.mkdtemp(prefix="anitag-screenshot-"))
    closing = ExitStack()
    library = _real_library(options, root, closing) if options.folder else _library(options, root)
    memory = WindowMemory(root / "window.ini")
    memory.scheme = Scheme(options.theme)
    theme.dress(application, memory.scheme)
    workspace = Workspace(library, Tasks(), LibrarySignals(), memory)
    window = MainWindow(workspace, options.query)
    window.crashed.connect(_print_crash)
    width, height = (int(part) for part in options.size.split("x"))
    window.resize(width, height)
    window.show()
    _wait(1.2)
    for step in options.do:
        _do(window, step)
        _wait(0.6)
    _wait(options.wait)
    _grab(window).save(options.out)
    window.close()
    workspace.tasks.close()
    closing.close()
    return 0


def _grab(window: MainWindow) -> QPixmap:
    """Grab the window with the dialog over it, if there is one."""
    grabbed, dialog = window.grab(), QApplication.activeModalWidget()
    if dialog is not None:
        painter = QPainter(grabbed)
        painter.drawPixmap(dialog.frameGeometry().topLeft() - window.pos(), dialog.grab())
        painter.end()
    return grabbed


def _settings(window: MainWindow, page: int) -> None:
    dialog = window.controls.settings.open()
    dialog.names.setCurrentRow(page)


def _ask_change(window: MainWindow, value: str) -> None:
    """Begin a change in the dialog of the tags: ``change:merge=hat``."""
    from anitag_desktop.domain.tag_change import ChangeKind

    kind, _, text = value.partition("=")
    dialog = QApplication.activeModalWidget()
    dialog.details.buttons[ChangeKind(kind)].click()
    if text:
        dialog.form.name.selectAll()
        QTest.keyClicks(dialog.form.name, text)


def _print_crash(error: BaseException) -> None:
    traceback.print_exception(error)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--query", default="")
    free = Path(os.environ.get("ANITAG_DATA", "")) / "free"
    parser.add_argument("--pictures", type=Path, default=free, help="folders with a labels.csv")
    parser.add_argument("--folder", type=Path, help="a real library that watches this")
    parser.add_argument("--library", type=Path, help="where it lies; kept")
    parser.add_argument("--tag", action="store_true", help="tag everything first")
    parser.add_argument("--wait", type=float, default=0.8)
    parser.add_argument("--do", action="append", default=[], help="select:4 key:T type:smi view:3")
    return parser.parse_args()


def _do(window: MainWindow, step: str) -> None:
    verb, _, value = step.partition(":")
    gallery, panel = window.controls.browser.gallery, window.controls.library_panel
    verbs = {
        "select": lambda: _select(window, [int(part) for part in value.split(",")]),
        "key": lambda: QTest.keyClick(window.focusWidget(), getattr(Qt.Key, f"Key_{value}")),
        "action": lambda: next(a for a in window.actions() if a.text() == value).trigger(),
        "type": lambda: QTest.keyClicks(window.focusWidget(), value),
        "search": lambda: window.controls.browser.look_for(value),
        "page": lambda: window.controls.browser.open_page(value),
        "view": lambda: window.controls.viewer.open(gallery.ids, int(value)),
        "toast": lambda: window.controls.toast.say(value, "Redo"),
        "scroll": lambda: gallery.verticalScrollBar().setValue(int(value)),
        "hover": lambda: gallery._hover(int(value)),
        "press": lambda: _press(window, value),
        "tags": lambda: window.controls.tag_list.open(value),
        "change": lambda: _ask_change(window, value),
        "duplicates": lambda: window.controls.duplicates.open(),
        "review": lambda: window.controls.review.open(),
        "labelling": lambda: window.controls.labelling.open().use_file(Path(value)),
        "dialogtype": lambda: QTest.keyClicks(QApplication.focusWidget(), value),
        "fieldkey": lambda: QTest.keyClick(
            QApplication.focusWidget(), getattr(Qt.Key, f"Key_{value}")
        ),
        "dialogkey": lambda: QTest.keyClick(
            QApplication.activeModalWidget(), getattr(Qt.Key, f"Key_{value}")
        ),
        "wait": lambda: _wait(float(value)),
        "grab": lambda: _grab(window).save(value),
        "leave": lambda: QApplication.activeModalWidget().reject(),
        "group": lambda: _open_group(window, int(value)),
        "settings": lambda: _settings(window, int(value)),
        "open": lambda: panel.choose_row(next(r for r in panel.model.rows if r.key == value)),
    }
    verbs[verb]()


def _press(window: MainWindow, words: str) -> None:
    """Press the first button that says so."""
    buttons = window.findChildren(QPushButton)
    next(b for b in buttons if b.isVisible() and b.text().replace("&", "") == words).click()


def _open_group(window: MainWindow, place: int) -> None:
    """Open a group of unknown pictures on the page of characters."""
    view = window.findChild(CharactersPage).overview.unknown.tiles
    view.activated.emit(view.model().index(place, 0))


def _select(window: MainWindow, places: list[int]) -> None:
    gallery = window.controls.browser.gallery
    gallery.select_only(places[0])
    for place in places[1:]:
        gallery.selection.toggle(place)
    gallery.selection_changed.emit()
    gallery.viewport().update()


def _wait(seconds: float) -> None:
    # QTest.qWait would keep the interpreter lock, and no thread would answer.
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _real_library(options: argparse.Namespace, root: Path, closing: ExitStack) -> Library:
    from anitag_desktop.app import open_library

    library = closing.enter_context(open_library(options.library or root, writable=True))
    library.indexing.add_folder(options.folder)
    library.indexing.scan()
    if options.tag:
        library.tagging.run_until_idle()
    else:
        library.tagging.start()
    return library


def _library(options: argparse.Namespace, root: Path) -> FakeLibrary:
    rng = random.Random(4)
    pictures = list(_pictures(options.pictures, rng)) if options.pictures.is_dir() else []
    rng.shuffle(pictures)
    _make_thumbnails(pictures, root)
    library = FakeLibrary(root, pictures)
    library.categories = _categories(pictures, options.pictures)
    if not pictures:
        return library
    library.counts_now = {TO_REVIEW: 146, UNTAGGED: 12, RECENT: 318, MISSING: 2, FAVOURITES: 32}
    library.saved = {"witches at night": "witch night", "hats without smiles": "hat -smile"}
    library.folders = [
        SimpleNamespace(id=1, path="/home/mio/Art", status="present", images=len(pictures)),
        SimpleNamespace(id=2, path="/media/usb/old scans", status="away", images=57),
    ]
    library.folder_counts_now = {
        "/home/mio/Art": 3,
        "/home/mio/Art/touhou": 76,
        "/home/mio/Art/touhou/doujin": 9,
        "/home/mio/Art/comics": 90,
        "/home/mio/Art/inbox": 44,
    }
    since = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
    library.problem_list = [
        FileProblem(
            "/home/mio/Art/inbox/<img src=x onerror=1>.png",
            "bad",
            "The file is cut off after 4,096 bytes.",
            since,
        ),
        FileProblem("/home/mio/Art/comics/ep03_page11.webp", "bad", "The file is empty.", since),
        FileProblem(
            "/home/mio/Art/touhou/huge.png",
            "bad",
            "It has 90,000 x 90,000 pixels; more than 268 million are not decoded.",
            since,
        ),
    ]
    library.settings = Settings(
        excludes=(*DEFAULT_EXCLUDES, "/home/mio/Art/touhou/doujin/"),
        thresholds={TagCategory.CHARACTER: 0.8},
        tag_thresholds={"long_hair": 0.35, "kirisame_marisa": 0.7},
    )
    library.progress_now = FakeProgress("running", 1204, 8000, 31.2, "CPU", True, 219.0)
    return library


def _pictures(folder: Path, rng: random.Random):
    for table in sorted(folder.glob("*/labels.csv")):
        with table.open(encoding="utf-8") as opened:
            for row in list(csv.DictReader(opened))[:90]:
                tags = row.get("tags", "").split()
                said = {row[key] for key in ("character", "copyright") if row.get(key)}
                scores = {tag: round(rng.uniform(0.3, 0.99), 2) for tag in tags}
                scores |= {
                    tag: round(rng.uniform(0.2, 0.49), 2)
                    for tag in ("forest", "broom", "open_mouth")
                }
                yield FakePicture(
                    str(table.parent / row["file"]), scores=scores, said=said | set(tags[:1])
                )


def _make_thumbnails(pictures: list[FakePicture], root: Path) -> None:
    from PIL import Image

    cache = Path(tempfile.gettempdir()) / "anitag-screenshot-thumbnails"
    cache.mkdir(exist_ok=True)
    for place, picture in enumerate(pictures):
        target = cache / (Path(picture.path).stem + ".jpg")
        with Image.open(picture.path) as opened:
            picture.width, picture.height = opened.size
            picture.format = "webp"
            if not target.exists():
                image = opened.convert("RGBA")
                image.thumbnail((384, 384))
                ground = Image.new("RGBA", image.size, (36, 39, 50, 255))
                ground.alpha_composite(image)
                ground.convert("RGB").save(target, quality=85)
        picture.thumbnail = target
        picture.size = Path(picture.path).stat().st_size
        surest = max(picture.scores, key=lambda tag: picture.scores[tag])
        said = (ModelOpinion("wd-vit", 0.93, True), ModelOpinion("mine", None, False))
        picture.conflicts = {surest: said} if place % 2 else {}
        picture.is_favourite, picture.stars = place % 7 == 3, 4 if place % 11 == 3 else None
        if place == 8:
            picture.frames, picture.format = 12, "gif"
        if place == 13:
            picture.status = ImageStatus.AWAY


def _categories(pictures: list[FakePicture], folder: Path) -> dict[str, TagCategory]:
    names = {name for one in pictures for name in (*one.scores, *one.said)}
    known = dict.fromkeys(names, TagCategory.GENERAL)
    for table in sorted(folder.glob("*/labels.csv")):
        with table.open(encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                known[row.get("character", "")] = TagCategory.CHARACTER
                known[row.get("copyright", "")] = TagCategory.COPYRIGHT
    known |= dict.fromkeys(("transparent_background", "highres", "comic"), TagCategory.META)
    return known


if __name__ == "__main__":
    sys.exit(main())
