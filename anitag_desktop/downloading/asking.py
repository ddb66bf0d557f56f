"""Asking a hub over the network: one request, its redirects, and the answer read piece by piece.

The standard library's client, because nothing more is needed and everything can be looked at: each
redirect is checked before it is followed, each peer before the first byte is sent, no cookie is
kept, and the token goes to the endpoint alone. The hub's own library checks no hash, keeps nothing
of a download that was interrupted, and brings a dozen dependencies.
"""

import base64
import http.client
import socket
import ssl
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.reach import Reach, is_public

_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 256 * 1024
_PLAIN = "!#$%&'()*+,/:;=?@[]~"
"""Stays as it is in an address, beside letters and digits; what is quoted already does, too."""


class HiccupError(Exception):
    """The answer failed in a way that may pass; ``wait`` is how long the hub asks to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(reason)


class _Guarded(http.client.HTTPConnection):
    """Looks at whom it reached before it says anything."""

    must_be_public = False

    def connect(self) -> None:
        super().connect()
        if self.must_be_public and not is_public(self.sock.getpeername()[0]):
            self.close()
            raise AnitagError("hub_not_allowed", host=f"a private address for {self.host}")


class _GuardedTls(http.client.HTTPSConnection, _Guarded):
    """The same, encrypted: the look comes between the connection and the handshake."""


@dataclass(slots=True)
class Answer:
    """The head of an answer, and its body to be read."""

    status: int
    host: str
    headers: Mapping[str, str]
    _response: http.client.HTTPResponse
    _connection: http.client.HTTPConnection

    def read(self) -> bytes:
        """Return the next bytes of the body as soon as there are some; empty at its end.

        Raises:
            HiccupError: the connection broke, or nothing came in time.
        """
        with _failures():
            return self._response.read1(_CHUNK)

    def close(self) -> None:
        """Hang up."""
        self._response.close()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one endpoint. ``token`` is never sent elsewhere, and never said."""

    reach: Reach
    patience: float
    token: str = field(default="", repr=False)

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to GET ``path`` beneath the endpoint, redirects followed.

        Raises:
            AnitagError: ``hub_not_allowed``: it leads where nothing may be asked.
            HiccupError: there was no answer.
        """
        url = self.reach.base + path
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._ask_once(self.reach.check(url), dict(headers or {}))
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            answer.close()
            url = self._joined(url, location)
        raise AnitagError("hub_not_allowed", host=f"{self.reach.host} in circles")

    def _joined(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError:
            raise AnitagError("hub_not_allowed", host="an address that is none") from None

    def _ask_once(self, parts: SplitResult, headers: dict[str, str]) -> Answer:
        host = parts.hostname or ""
        if self.token and host == self.reach.host:
            headers["Authorization"] = f"Bearer {self.token}"
        headers |= {"Accept-Encoding": "identity", "User-Agent": "anitag"}
        target = quote(parts.path or "/", _PLAIN) + _query(parts)
        with _failures():
            connection = self._connection(parts)
            try:
                connection.request("GET", target, headers=headers)
                response = connection.getresponse()
            except BaseException:
                connection.close()
                raise
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, host, found, response, connection)

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        if parts.scheme == "http":  # this very machine: no proxy stands between
            return _Guarded(host, parts.port, timeout=self.patience)
        context = ssl.create_default_context()
        proxy = _proxy(host)
        if proxy is None:
            direct = _GuardedTls(host, parts.port, timeout=self.patience, context=context)
            direct.must_be_public = self.reach.must_be_public(host)
            return direct
        through = _GuardedTls(
            proxy.hostname or "", proxy.port or 80, timeout=self.patience, context=context
        )
        through.set_tunnel(host, parts.port or 443, headers=_proxy_headers(proxy))
        return through


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the network raises into ``HiccupError``."""
    try:
        yield
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise HiccupError(_words(error)) from None


def _query(parts: SplitResult) -> str:
    return f"?{quote(parts.query, _PLAIN)}" if parts.query else ""


def _words(error: Exception) -> str:
    """Return what happened in words that hold no address and no header."""
    if isinstance(error, TimeoutError):
        return "nothing came in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"its answer is broken: {type(error).__name__}"


def _proxy(host: str) -> SplitResult | None:
    """Return the proxy that the environment or the system names for a host.

    Raises:
        AnitagError: ``hub_not_allowed`` for one of another kind than http.
    """
    named = urllib.request.getproxies().get("https")
    if not named or urllib.request.proxy_bypass(host):
        return None
    parts = urlsplit(named if "://" in named else f"http://{named}")
    if parts.scheme != "http" or not parts.hostname:
        raise AnitagError("hub_not_allowed", host=f"a proxy of the kind {parts.scheme}")
    return parts


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"}
