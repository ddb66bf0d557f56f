"""Which answers of a worker process are believed: those that can only be about its own picture.

A process that a picture has taken over may say what it likes. It must not get further by it: a
sha256 becomes part of a path, an error code picks a sentence, a label index a tag.
"""

import re
from typing import Any

from anitag_desktop.domain.error import MESSAGES
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.region import clipped
from anitag_desktop.worker.codec import ProtocolError
from anitag_desktop.worker.messages import Answer, Failed, Identified, Recognised, Verified

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MD5 = re.compile(r"[0-9a-f]{32}")
_FORMAT = re.compile(r"[a-z0-9]{1,8}")
_MOST = 2**63 - 1
"""The largest number that a database keeps."""


def believe(message: Any) -> Answer:
    """Return an answer whose values are within what they can be.

    Raises:
        ProtocolError: they are not.
    """
    sound = False
    match message:
        case Identified(sha256=sha256, md5=md5, stat=stat):
            sound = bool(_SHA256.fullmatch(sha256) and _MD5.fullmatch(md5) and _is_kept(stat))
        case Recognised():
            sound = _is_sound(message)
        case Failed(code=code, params=params):
            sound = has_sentence(code, params)
        case Verified():
            sound = True
    if not sound:
        raise ProtocolError(f"a {type(message).__name__} that cannot be")
    return message  # type: ignore[no-any-return]


def _is_sound(answer: Recognised) -> bool:
    facts = answer.facts
    hashes = _SHA256.fullmatch(facts.sha256) and _SHA256.fullmatch(facts.pixel_hash)
    named = _MD5.fullmatch(facts.md5) and _FORMAT.fullmatch(facts.format)
    counts = (facts.width, facts.height, facts.frames, facts.bytes)
    return bool(
        hashes
        and named
        and all(1 <= count <= _MOST for count in counts)
        and _is_kept(answer.stat)
        and 0 <= facts.phash < 1 << 64
        and all(0 <= s <= 1 and i >= 0 for model in answer.models for i, s in model.scores)
        and all(0 <= one.score <= 1 and one.label >= 0 for one in answer.found)
        and all(clipped(one.box) == one.box for one in answer.found)
        and all(clipped(one.box) == one.box for one in answer.known)
        and all(one.uid.startswith(f"{facts.sha256}#") for one in answer.known)
    )


def _is_kept(stat: FileStat) -> bool:
    return all(-_MOST <= number <= _MOST for number in (stat.size, stat.mtime_ns, stat.ctime_ns))


def has_sentence(code: str, params: dict[str, str | int | float]) -> bool:
    """Tell whether an error code exists and these parameters fill its sentence."""
    try:
        MESSAGES[code].format(**params)
    except (KeyError, IndexError, ValueError):
        return False
    return True
