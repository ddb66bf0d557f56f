"""Connections that look at whom they reach, and the answers that come over them.

A name is looked up once, its addresses are checked, and then only a checked address is connected
to: a name server that says one thing to the check and another to the connection gains nothing.
"""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_CHUNK = 256 * 1024

MayReach = Callable[[str], bool]
"""Says whether an IP address may be connected to."""


class HiccupError(Exception):
    """The answer failed in a way that may pass; ``wait`` is how long it asks to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(reason)


class LateError(HiccupError):
    """Nothing came in time."""


class RefusedAddressError(Exception):
    """A name leads only to addresses that may not be reached."""


class Guarded(http.client.HTTPConnection):
    """Connects to addresses that may be reached; without ``may_reach``, to any."""

    may_reach: MayReach | None = None

    def connect(self) -> None:
        """Connect to the first of the checked addresses that answers.

        Raises:
            RefusedAddressError: none may be reached.
            OSError: none answers, or the name is not known.
        """
        if self.may_reach is None:
            super().connect()
            return
        name = self.host
        try:
            self._connect_to(_checked(name, self.port, self.may_reach))
        finally:
            self.host = name  # what certificates are compared with

    def _connect_to(self, addresses: list[str]) -> None:
        for place, address in enumerate(addresses, start=1):
            self.host = address
            try:
                super().connect()
                return
            except OSError:
                if place == len(addresses):
                    raise


class GuardedTls(http.client.HTTPSConnection, Guarded):
    """The same, encrypted: the look comes before the connection, and so before the handshake."""


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
        with failures():
            return self._response.read1(_CHUNK)

    def close(self) -> None:
        """Hang up."""
        self._response.close()
        self._connection.close()


def ask_once(
    connection: http.client.HTTPConnection, host: str, target: str, headers: Mapping[str, str]
) -> Answer:
    """Return the answer to one GET, no redirect followed.

    Raises:
        HiccupError: there was none.
        RefusedAddressError: ``host`` may not be reached.
    """
    with failures():
        try:
            connection.request("GET", target, headers=dict(headers))
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
    found = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, host, found, response, connection)


@contextmanager
def failures() -> Iterator[None]:
    """Turn what the network raises into ``HiccupError``."""
    try:
        yield
    except TimeoutError:
        raise LateError("nothing came in time") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise HiccupError(_words(error)) from None


def _checked(host: str, port: int, may_reach: MayReach) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    allowed = [address for address in addresses if may_reach(address)]
    if not allowed:
        raise RefusedAddressError(host)
    return allowed


def _words(error: Exception) -> str:
    """Return what happened in words that hold no address and no header."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"its answer is broken: {type(error).__name__}"
