"""Whether bytes are a whole picture of a kind that training reads; names are not asked."""

from dataclasses import dataclass
from queue import LifoQueue

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.formats import sniff, unread_kind
from training.collecting.child import Answer, Child, Loss, Said
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

PATIENCE = 60.0
"""Seconds that one picture may take; the slowest that was met takes eight of an idle machine."""

_AT_ONCE = 2
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


class PictureChecker:
    """Decodes pictures of strangers in child processes, two at a time. Thread-safe."""

    def __init__(self, patience: float = PATIENCE, answer: Answer | None = None) -> None:
        self._patience = patience
        self._children = [Child(answer or decoded, patience) for _ in range(_AT_ONCE)]
        self._free: LifoQueue[Child] = LifoQueue()  # who needs but one has but one
        for child in self._children:
            self._free.put(child)

    def check(self, content: bytes) -> CheckedPicture:
        """Decode a picture to the end; what fells the decoder, or holds it up, is tried twice.

        Raises:
            NotBroughtError: ``not_a_picture``, ``too_many_pixels`` or ``damaged``.
        """
        look_at_head(content)
        child = self._free.get()
        try:
            said = child.ask(content)
            said = child.ask(content) if isinstance(said, Loss) else said
        finally:
            self._free.put(child)
        if said is Loss.LATE:
            reason = f"decoding it took longer than {self._patience:g} seconds, twice"
            raise NotBroughtError(Outcome.DAMAGED, reason)
        return _checked({} if isinstance(said, Loss) else said)

    def end(self) -> None:
        """End the processes."""
        for child in self._children:
            child.end()


def decoded(content: bytes) -> Said:
    """Return what a picture is, or which outcome it has and why."""
    try:
        found = decode(content, is_hashed=False)
    except AnitagError as error:
        many = error.code == "picture_too_large"
        outcome = Outcome.TOO_MANY_PIXELS if many else Outcome.DAMAGED
        return {"outcome": outcome.value, "reason": str(error.params.get("reason") or error)}
    except MemoryError:
        return {"outcome": Outcome.TOO_MANY_PIXELS.value, "reason": "there is no memory for it"}
    return {"suffix": SUFFIXES[found.format], "width": found.width, "height": found.height}


def _checked(said: Said) -> CheckedPicture:
    """Return what a child found; it is not believed more than its words can mean."""
    if said.get("outcome") in (Outcome.TOO_MANY_PIXELS, Outcome.DAMAGED):
        raise NotBroughtError(Outcome(said["outcome"]), str(said.get("reason"))[:500])
    suffix, width, height = (said.get(name) for name in ("suffix", "width", "height"))
    if suffix in SUFFIXES.values() and isinstance(width, int) and isinstance(height, int):
        return CheckedPicture(str(suffix), width, height)
    raise NotBroughtError(Outcome.DAMAGED, "the program that decodes it broke down, twice")


def _first_words(head: bytes) -> str:
    if not head:
        return "nothing came"
    text = head.lstrip()[:15].lower()
    return "a web page" if text.startswith((b"<!doctype", b"<html")) else "no picture that is known"
