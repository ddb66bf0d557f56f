"""Services of the fake library that work in the background or on the disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.looking import StoppedError
from anitag_desktop.settings import Settings, check
from tests.gui.fake_values import (
    FakeAction,
    FakeProgress,
)

if TYPE_CHECKING:
    from anitag_desktop.services.refreshing import Refreshed
    from tests.gui.fakes import FakeLibrary


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


class FakeRefreshing:
    def __init__(self, library: FakeLibrary) -> None:
        pass

    def refresh(self) -> Refreshed:
        raise AnitagError("nothing_to_learn")


class FakeConfiguring:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def settings(self) -> Settings:
        return self._library.settings

    def devices(self) -> tuple[str, ...]:
        return ("automatic", "cpu", "cuda")

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

    def renew(self, image_id: int, sha256: str) -> None:
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
