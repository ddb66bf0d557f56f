"""Files whose names say that they are films, looked at once."""

import os
from pathlib import Path

import pytest

from anitag_desktop.watching.misnaming import as_it_is
from anitag_desktop.watching.scanner import NO_STAT, Oddity
from tests.helpers import images


def told(path: Path, code: str = "picture_unsupported") -> Oddity:
    return as_it_is(Oddity(os.fsencode(path), NO_STAT, code, {"kind": "a video"}))


@pytest.mark.parametrize("form", ["WEBP", "PNG", "JPEG", "AVIF"])
def test_a_picture_under_the_name_of_a_film_is_told(tmp_path: Path, form: str) -> None:
    path = tmp_path / "picture.mp4"
    images.drawing(1).save(path, form)
    found = told(path)
    assert found.code == "picture_misnamed"
    assert found.params == {"kind": "a video", "format": form}


def test_what_is_no_picture_stays_what_its_name_says(tmp_path: Path) -> None:
    film, pipe = tmp_path / "film.mp4", tmp_path / "pipe.mp4"
    film.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(400))
    os.mkfifo(pipe)
    for path in (film, pipe, tmp_path / "gone.mp4"):
        assert told(path).code == "picture_unsupported"


def test_other_oddities_are_not_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "link.png"
    images.drawing(1).save(path)
    assert told(path, "picture_link_broken").code == "picture_link_broken"
