"""Whether bytes are a whole picture of a kind that training reads; names are not asked."""

import threading
from dataclasses import dataclass

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.formats import sniff, unread_kind
from training.collecting.outcome import NotBroughtError, Outcome

SUFFIXES = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "gif": ".gif",
    "bmp": ".bmp",
    "avif": ".avif",
    "tiff": ".tiff",
}
"""The formats that training's readers take, and what their files are called."""

_AT_ONCE = threading.Semaphore(2)
"""A picture may unpack to 270 MB: few are unpacked at the same time."""


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A picture that was decoded whole; ``width`` and ``height`` in pixels, upright."""

    suffix: str
    width: int
    height: int


def look_at_head(head: bytes) -> None:
    """Refuse what cannot be a picture by its first bytes.

    Raises:
        NotBroughtError: ``not_a_picture``.
    """
    kind = sniff(head)
    if kind is None or kind.lower() not in SUFFIXES:
        words = unread_kind(head) or (f"a picture of the kind {kind}" if kind else "")
        raise NotBroughtError(Outcome.NOT_A_PICTURE, words or _first_words(head))


def check_picture(content: bytes) -> CheckedPicture:
    """Decode a picture to the end.

    Raises:
        NotBroughtError: ``not_a_picture``, ``too_many_pixels`` or ``damaged``.
    """
    look_at_head(content)
    try:
        with _AT_ONCE:
            found = decode(content, is_hashed=False)
    except AnitagError as error:
        many = error.code == "picture_too_large"
        outcome = Outcome.TOO_MANY_PIXELS if many else Outcome.DAMAGED
        raise NotBroughtError(outcome, str(error.params.get("reason") or error)) from None
    return CheckedPicture(SUFFIXES[found.format], found.width, found.height)


def _first_words(head: bytes) -> str:
    if not head:
        return "nothing came"
    text = head.lstrip()[:15].lower()
    return "a web page" if text.startswith((b"<!doctype", b"<html")) else "no picture that is known"
