"""What a hub says instead of a file, as errors for people."""

from typing import NoReturn

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.connecting import Answer, HiccupError

_LONGEST_WAIT = 60.0
_PASSING = (408, 425, 429, 500, 502, 503, 504)


def refuse(answer: Answer, repository: str, file: str) -> NoReturn:
    """Raise what an answer means that is neither the file nor a part of it.

    Raises:
        AnitagError: ``model_gated``, ``model_hidden``, ``download_absent``, ``hub_failed``.
        HiccupError: it may pass.
    """
    host, status = answer.host, answer.status
    if status in _PASSING:
        raise HiccupError(f"it answers {status}", _wait(answer))
    known = {"host": host, "repository": repository}
    if status in (401, 403) and answer.headers.get("x-error-code") == "GatedRepo":
        raise AnitagError("model_gated", **known)
    if status in (401, 403):
        raise AnitagError("model_hidden", **known)
    if status in (404, 410):
        raise AnitagError("download_absent", **known, file=file)
    raise AnitagError("hub_failed", host=host, reason=f"it answers {status}")


def _wait(answer: Answer) -> float:
    """Return for how many seconds the hub wants to be left alone; a date is not understood."""
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_WAIT) if asked.isascii() and asked.isdigit() else 0.0
