"""Bringing one file: resumed where it stopped, tried again where that may help, checked at the end.

Nothing that a hub says of the bytes it sends is believed: a file gets its place only when its size
and its hash are those that were known before.
"""

import re
import time
from collections.abc import Callable
from urllib.parse import quote

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.answers import refuse
from anitag_desktop.downloading.asking import Client
from anitag_desktop.downloading.connecting import Answer, HiccupError
from anitag_desktop.downloading.messages import Manners
from anitag_desktop.downloading.part import Part

_MOST_ATTEMPTS = 50
_LEAST_PACE = 1024
"""Bytes a second; whoever sends less over the whole patience keeps us waiting on purpose."""

Report = Callable[[int, float], None]
"""Told how many bytes of the file are here, and how many seconds nothing will come."""


class Fetcher:
    """Brings the files of one commit of a repository from one endpoint."""

    def __init__(self, client: Client, manners: Manners, repository: str, revision: str) -> None:
        self._client = client
        self._manners = manners
        self._repository = repository
        self._revision = revision

    def fetch(self, part: Part, report: Report) -> None:
        """Bring a file to its place, if it is not there.

        Raises:
            AnitagError: why it could not be brought; what came is kept where it may be of use.
        """
        if part.is_there():
            return
        was_begun = part.length > 0
        self._fill(part, report)
        if part.settle():
            return
        if was_begun:  # the beginning may have been another version's
            self._fill(part, report)
            if part.settle():
                return
        raise self._not_the_file(part, "its bytes are not those that were announced")

    def _fill(self, part: Part, report: Report) -> None:
        """Receive until the part is as long as the file."""
        failures = 0
        for _ in range(_MOST_ATTEMPTS):
            before = part.length
            try:
                self._receive(part, report)
            except HiccupError as hiccup:
                failures = 1 if part.length > before else failures + 1
                if failures >= self._manners.attempts:
                    raise self._unreachable(hiccup) from hiccup
                self._wait(part, report, max(hiccup.wait, self._manners.pause * 2**failures))
            if part.length == part.expected.bytes:
                return
        raise self._unreachable("it breaks off again and again")

    def _wait(self, part: Part, report: Report, seconds: float) -> None:
        report(part.length, seconds)
        time.sleep(seconds)

    def _receive(self, part: Part, report: Report) -> None:
        offset = part.length
        if offset > part.expected.bytes:
            part.discard()
            offset = 0
        source = quote(part.expected.source)
        path = f"/{self._repository}/resolve/{self._revision}/{source}"
        answer = self._client.ask(path, _range(offset, part.tag))
        try:
            self._begin(part, answer, offset)
            self._take(part, answer, report)
        finally:
            answer.close()

    def _begin(self, part: Part, answer: Answer, offset: int) -> None:
        """Look at the head of an answer; make room for the whole file, or for its rest."""
        if answer.status == 416:
            part.discard()
            raise HiccupError("it does not have the rest of the file")
        if answer.status not in (200, 206):
            refuse(answer, self._repository, part.expected.source)
        self._check_kind(part, answer)
        if answer.status == 206:
            if not offset or _place(answer) != (offset, part.expected.bytes):
                part.discard()
                raise HiccupError("it sends another part than it was asked for")
        else:
            self._check_length(part, answer)
            part.begin(_tag(answer))

    def _take(self, part: Part, answer: Answer, report: Report) -> None:
        """Append the body, never more than the file has left."""
        began, here = time.monotonic(), part.length
        came = 0
        while content := answer.read():
            if here + len(content) > part.expected.bytes:
                part.discard()
                raise self._not_the_file(part, f"it is longer than {part.expected.bytes} bytes")
            part.append(content)
            here, came = here + len(content), came + len(content)
            report(here, 0.0)
            if (seconds := time.monotonic() - began) > self._manners.patience:
                if came < seconds * _LEAST_PACE:
                    raise HiccupError("it sends hardly anything")
                began, came = time.monotonic(), 0
        if here < part.expected.bytes:
            raise HiccupError("it broke off")

    def _check_kind(self, part: Part, answer: Answer) -> None:
        if "html" in answer.headers.get("content-type", "").lower():
            raise self._not_the_file(part, "it is a web page")
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise self._not_the_file(part, "it is compressed, which nobody asked for")

    def _check_length(self, part: Part, answer: Answer) -> None:
        stated = answer.headers.get("content-length", "")
        if stated.isdigit() and int(stated) != part.expected.bytes:
            reason = f"it has {stated[:20]} bytes instead of {part.expected.bytes}"
            raise self._not_the_file(part, reason)

    def _not_the_file(self, part: Part, reason: str) -> AnitagError:
        host, file = self._client.reach.host, part.expected.source
        return AnitagError("not_the_file", host=host, file=file, reason=reason)

    def _unreachable(self, reason: object) -> AnitagError:
        return AnitagError("hub_unreachable", host=self._client.reach.host, reason=str(reason))


def _range(offset: int, tag: str) -> dict[str, str]:
    """Return the headers that ask for the rest, if it still is of the same version."""
    if not offset:
        return {}
    return {"Range": f"bytes={offset}-", **({"If-Range": tag} if tag else {})}


def _place(answer: Answer) -> tuple[int, int] | None:
    """Return where a part begins and how long the whole is."""
    stated = answer.headers.get("content-range", "")
    found = re.fullmatch(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15})", stated, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def _tag(answer: Answer) -> str:
    """Return the name of the version, if it is one that promises the same bytes."""
    tag = answer.headers.get("etag", "")
    return tag if re.fullmatch(r'"[\x21\x23-\x7e]{1,200}"', tag) else ""
