"""Asking a hub over the network: one request, its redirects, and the answer read piece by piece.

The standard library's client, because nothing more is needed and everything can be looked at: each
redirect is checked before it is followed, each peer before it is connected to, no cookie is
kept, and the token goes to the endpoint alone. The hub's own library checks no hash, keeps nothing
of a download that was interrupted, and brings a dozen dependencies.
"""

import base64
import http.client
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.connecting import (
    Answer,
    Guarded,
    GuardedTls,
    RefusedAddressError,
    ask_once,
    failures,
)
from anitag_desktop.downloading.reach import Reach, is_public

_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PLAIN = "!#$%&'()*+,/:;=?@[]~"
"""Stays as it is in an address, beside letters and digits; what is quoted already does, too."""


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
        with failures():
            connection = self._connection(parts)
        try:
            return ask_once(connection, host, target, headers)
        except RefusedAddressError:
            raise AnitagError("hub_not_allowed", host=f"a private address for {host}") from None

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = parts.hostname or ""
        if parts.scheme == "http":  # this very machine: no proxy stands between
            return Guarded(host, parts.port, timeout=self.patience)
        context = ssl.create_default_context()
        proxy = _proxy(host)
        if proxy is None:
            direct = GuardedTls(host, parts.port, timeout=self.patience, context=context)
            if self.reach.must_be_public(host):
                direct.may_reach = is_public
            return direct
        through = GuardedTls(
            proxy.hostname or "", proxy.port or 80, timeout=self.patience, context=context
        )
        through.set_tunnel(host, parts.port or 443, headers=_proxy_headers(proxy))
        return through


def _query(parts: SplitResult) -> str:
    return f"?{quote(parts.query, _PLAIN)}" if parts.query else ""


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
