"""Which addresses may be asked: https to the hub and its own hosts; http to this machine only."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from anitag_desktop.domain.error import AnitagError

HUB = "https://huggingface.co"
HUB_HOSTS = ("huggingface.co", "hf.co")
"""The hub's own; large files lie on hosts under these names."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""NAT64: the last four bytes are the address of version 4 that is reached."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be asked on behalf of one endpoint."""

    base: str
    host: str

    @classmethod
    def of(cls, endpoint: str) -> "Reach":
        """Return the reach of an endpoint's address.

        Raises:
            AnitagError: ``hub_not_allowed``.
        """
        parts = _split(endpoint)
        reach = cls(endpoint.rstrip("/"), parts.hostname or "")
        reach.check(endpoint)
        return reach

    def check(self, url: str) -> SplitResult:
        """Return the parts of an address that may be asked.

        Raises:
            AnitagError: ``hub_not_allowed``, naming the host only: the rest may hold secrets.
        """
        parts = _split(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https"
        local = parts.scheme == "http" and host in _LOOPBACK
        if not (secure or local) or "@" in parts.netloc or not self._is_known(host):
            raise AnitagError("hub_not_allowed", host=f"{parts.scheme}://{host}"[:100])
        return parts

    def must_be_public(self, host: str) -> bool:
        """Tell whether a host has to have a public address: only the endpoint's own need not."""
        return host != self.host

    def _is_known(self, host: str) -> bool:
        own = () if self.host in _LOOPBACK or _is_address(self.host) else (self.host,)
        under = any(host.endswith(f".{known}") for known in (*own, *HUB_HOSTS))
        return bool(host) and (host == self.host or host in HUB_HOSTS or under)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open network, and not of a house or a machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(one.is_global and not (one.is_multicast or one.is_reserved) for one in _meant(found))


def _meant(found: _Address) -> list[_Address]:
    """Return an address, or those of version 4 that one of version 6 stands for."""
    if not isinstance(found, ipaddress.IPv6Address):
        return [found]
    inner = found.ipv4_mapped or found.sixtofour
    if any(found in network for network in _TRANSLATED):
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return [inner] if inner else [found, *(found.teredo or ())]


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise AnitagError("hub_not_allowed", host="an address that is none") from None
    return parts


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
