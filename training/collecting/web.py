"""Asking strangers' servers: each address is checked, and nothing that they send is believed.

Only http and https, no proxy, no cookie, no name and password in an address. Every host is looked
up, and only a public address of it is connected to; so is the host of every redirect. What comes
is limited in bytes, in the time between two bytes, and in time altogether.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from anitag_desktop.downloading.connecting import (
    Answer,
    Guarded,
    GuardedTls,
    HiccupError,
    LateError,
    MayReach,
    RefusedAddressError,
    ask_once,
    failures,
)
from anitag_desktop.downloading.reach import is_public
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.waiting import asked_wait

MOST_REDIRECTS = 5
LONGEST_ADDRESS = 8192
HEAD = 512
"""Bytes that are looked at before the rest is waited for."""

_REDIRECTS = (301, 302, 303, 307, 308)
_PLAIN = "!#$%&'()*+,/:;=?@[]~"

Look = Callable[[bytes], None]
"""Looks at the first bytes and raises ``NotBroughtError`` when the rest is not wanted."""


@dataclass(frozen=True, slots=True)
class Received:
    """A whole body, and where it came from after all redirects."""

    url: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Web:
    """How servers are asked.

    ``patience``: seconds without a byte; ``deadline``: seconds for one address altogether;
    ``may_reach`` says which IP addresses may be connected to (tests allow this machine).
    """

    agent: str
    patience: float = 10.0
    deadline: float = 120.0
    may_reach: MayReach = is_public

    def fetch(
        self,
        url: str,
        *,
        limit: int,
        look: Look = lambda _head: None,
        headers: Mapping[str, str] | None = None,
    ) -> Received:
        """Return the body of at most ``limit`` bytes that an address gives.

        ``headers`` are for the server that was named; who it sends us to does not see them.

        Raises:
            NotBroughtError: why there is none.
        """
        with _Watch(self.deadline) as watch:
            try:
                return self._fetch(url, dict(headers or {}), watch, limit, look)
            except RefusedAddressError as refused:
                reason = f"{refused} is not in the open network"
                raise NotBroughtError(Outcome.REFUSED_ADDRESS, reason) from None
            except HiccupError as hiccup:
                if watch.is_over or isinstance(hiccup, LateError):
                    raise NotBroughtError(Outcome.TIMEOUT, str(hiccup)) from None
                raise NotBroughtError(Outcome.UNREACHABLE, str(hiccup)) from None

    def _fetch(
        self, url: str, headers: dict[str, str], watch: "_Watch", limit: int, look: Look
    ) -> Received:
        for _ in range(MOST_REDIRECTS + 1):
            parts = checked(url)
            answer = self._ask(parts, headers, watch)
            try:
                location = answer.headers.get("location")
                if answer.status not in _REDIRECTS or location is None:
                    _check_head(answer, limit)
                    return Received(url, answer.headers, _body(answer, watch, limit, look))
            finally:
                answer.close()
            url = _joined(url, location)
            headers = headers if _origin(checked(url)) == _origin(parts) else {}
        raise NotBroughtError(Outcome.REDIRECTS, f"more than {MOST_REDIRECTS} redirects")

    def _ask(self, parts: SplitResult, headers: Mapping[str, str], watch: "_Watch") -> Answer:
        host = parts.hostname or ""
        target = quote(parts.path or "/", _PLAIN)
        target += f"?{quote(parts.query, _PLAIN)}" if parts.query else ""
        own = {"Accept-Encoding": "identity", "User-Agent": self.agent, "Connection": "close"}
        with failures():
            connection = self._connection(parts)
            try:
                connection.connect()
            except BaseException:
                connection.close()
                raise
        watch.follow(connection.sock)
        return ask_once(connection, host, target, {**headers, **own})

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = (parts.hostname or "").encode("idna").decode("ascii")
        connection: Guarded | GuardedTls
        if parts.scheme == "http":
            connection = Guarded(host, parts.port or 80, timeout=self.patience)
        else:
            context = ssl.create_default_context()
            connection = GuardedTls(host, parts.port or 443, timeout=self.patience, context=context)
        connection.may_reach = self.may_reach
        return connection


class _Watch:
    """Hangs up on who takes longer than the deadline, however busily."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def follow(self, connected: socket.socket) -> None:
        self._socket = connected
        if self.is_over:
            self._hang_up()

    def check(self) -> None:
        if self.is_over:
            raise LateError("it took too long altogether")

    def _hang_up(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def checked(url: str) -> SplitResult:
    """Return the parts of an address that may be asked at all.

    Raises:
        NotBroughtError: ``bad_address`` or ``refused_address``.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port, (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise NotBroughtError(Outcome.BAD_ADDRESS, str(error)[:200]) from None
    if not parts.scheme or len(url) > LONGEST_ADDRESS or not url.isprintable():
        raise NotBroughtError(Outcome.BAD_ADDRESS, "it is no address of the web")
    if parts.scheme not in ("http", "https"):
        reason = f"{parts.scheme[:20]}: only http and https are asked"
        raise NotBroughtError(Outcome.REFUSED_ADDRESS, reason)
    if not parts.hostname:
        raise NotBroughtError(Outcome.BAD_ADDRESS, "it names no host")
    if "@" in parts.netloc:
        raise NotBroughtError(Outcome.REFUSED_ADDRESS, "it holds a name or a password")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise NotBroughtError(Outcome.BAD_ADDRESS, str(error)[:200]) from None


def _check_head(answer: Answer, limit: int) -> None:
    if answer.status != 200:
        reason, wait = f"it answers {answer.status}", asked_wait(answer.headers)
        raise NotBroughtError(Outcome.STATUS, reason, status=answer.status, wait=wait)
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        reason = "it is compressed, which nobody asked for"
        raise NotBroughtError(Outcome.NOT_A_PICTURE, reason)
    stated = _stated(answer)
    if stated is not None and stated > limit:
        raise NotBroughtError(Outcome.TOO_LARGE, f"more than {limit} bytes")


def _stated(answer: Answer) -> int | None:
    stated = answer.headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 16 else None


def _body(answer: Answer, watch: _Watch, limit: int, look: Look) -> bytes:
    content, is_looked_at = bytearray(), False
    while piece := answer.read():
        content += piece
        if len(content) > limit:
            raise NotBroughtError(Outcome.TOO_LARGE, f"more than {limit} bytes")
        if not is_looked_at and len(content) >= HEAD:
            look(bytes(content[:HEAD]))
            is_looked_at = True
        watch.check()
    watch.check()
    if not is_looked_at:
        look(bytes(content))
    stated = _stated(answer)
    if stated is not None and len(content) < stated:
        raise NotBroughtError(Outcome.CUT_OFF, f"{len(content)} of {stated} bytes came")
    return bytes(content)
