"""The download process: gets one order, brings what it names, says how it went, ends.

It alone opens sockets. It speaks over its own pipe only and ends when its parent does.
"""

import os
import shutil
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.asking import Client
from anitag_desktop.downloading.connecting import HiccupError
from anitag_desktop.downloading.fetching import Fetcher
from anitag_desktop.downloading.listing import Listing, find_files
from anitag_desktop.downloading.messages import (
    Endpoint,
    Order,
    Progress,
    Received,
    ReceivedFile,
    Refused,
)
from anitag_desktop.downloading.part import Part, sha256_of
from anitag_desktop.downloading.reach import Reach
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.model_files import check_name
from anitag_desktop.worker import codec, sandbox
from anitag_desktop.worker.pipe import open_pipe

_SPARE = 1024 * 1024
"""Bytes that stay free on the disk."""

_BETWEEN_REPORTS = 0.1
_ELSEWHERE = {"hub_unreachable", "hub_failed", "download_absent", "model_hidden", "not_the_file"}
"""What another endpoint may do better."""


def main() -> None:
    """Serve the one order. The first argument is the pipe's number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    sandbox.die_with_parent()
    connection = open_pipe(int(sys.argv[1]))
    order = codec.decode(connection.recv_bytes(codec.FRAME_LIMIT), codec.by_name(Order))
    sandbox.confine(Path(os.fsdecode(order.folder)))
    connection.send_bytes(codec.encode(_answer(order, connection)))


def _answer(order: Order, connection: Any) -> Received | Refused:
    try:
        return Download(order, connection).run()
    except AnitagError as error:
        return Refused(error.code, {k: _plain(v) for k, v in error.params.items()})
    except ManifestError as error:
        return Refused("hub_failed", {"host": order.repository, "reason": str(error)})
    except Exception as error:  # noqa: BLE001 (its words might hold an address or the token)
        return Refused("download_died", {"reason": type(error).__name__})


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, int | float) else str(value)


class Download:
    """One order being carried out."""

    def __init__(self, order: Order, connection: Any) -> None:
        self._order = order
        self._connection = connection
        self._folder = Path(os.fsdecode(order.folder))
        self._next_report = 0.0

    def run(self) -> Received:
        """Bring everything from the first endpoint that can give it.

        Raises:
            AnitagError: what the last one said.
        """
        for file in self._order.files:
            check_name(file.path)
            check_name(file.source)
        *others, last = self._order.endpoints
        for endpoint in others:
            try:
                return self._from(endpoint)
            except AnitagError as error:
                if error.code not in _ELSEWHERE:
                    raise
        return self._from(last)

    def _from(self, endpoint: Endpoint) -> Received:
        token = os.environ.get("HF_TOKEN", "").strip() if endpoint.gets_token else ""
        if not (token.isascii() and token.isprintable()):
            token = ""
        manners = self._order.manners
        client = Client(Reach.of(endpoint.url), manners.patience, token)
        listing = self._listing(client)
        parts = [Part(self._folder, expected) for expected in listing.files]
        total = sum(part.expected.bytes for part in parts)
        self._check_room(parts)
        fetcher = Fetcher(client, manners, self._order.repository, listing.revision)
        done = 0
        for part in parts:
            fetcher.fetch(part, partial(self._tell_more, done, total))
            done += part.expected.bytes
            self._tell(done, total, 0.0)
        return Received(listing.revision, tuple(_received(part) for part in parts))

    def _listing(self, client: Client) -> Listing:
        manners = self._order.manners
        for attempt in range(1, manners.attempts + 1):
            try:
                return find_files(client, self._order)
            except HiccupError as hiccup:
                if attempt == manners.attempts:
                    host = client.reach.host
                    raise AnitagError("hub_unreachable", host=host, reason=str(hiccup)) from hiccup
                wait = max(hiccup.wait, manners.pause * 2**attempt)
                self._tell(0, 0, wait)
                time.sleep(wait)
        raise AssertionError

    def _check_room(self, parts: list[Part]) -> None:
        """Refuse before the first byte what would not fit.

        Raises:
            AnitagError: ``disk_full``.
        """
        missing = sum(
            max(0, part.expected.bytes - part.length) for part in parts if not part.target.is_file()
        )
        if missing + _SPARE > shutil.disk_usage(self._folder).free:
            raise AnitagError("disk_full", path=self._folder)

    def _tell_more(self, before: int, total: int, here: int, waiting: float) -> None:
        self._tell(before + here, total, waiting)

    def _tell(self, done: int, total: int, waiting: float) -> None:
        now = time.monotonic()
        if waiting or done == total or now >= self._next_report:
            self._next_report = now + _BETWEEN_REPORTS
            self._connection.send_bytes(codec.encode(Progress(done, total, waiting)))


def _received(part: Part) -> ReceivedFile:
    return ReceivedFile(part.expected.path, part.expected.bytes, sha256_of(part.target))


if __name__ == "__main__":
    main()
