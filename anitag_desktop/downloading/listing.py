"""What a hub states of a repository: its commit, and of each file size and hash."""

import json
import re
from dataclasses import dataclass
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.answers import refuse
from anitag_desktop.downloading.asking import Client
from anitag_desktop.downloading.connecting import HiccupError
from anitag_desktop.downloading.messages import Order, WantedFile

_LIMIT = 8 * 1024 * 1024
_FILE_LIMIT = 8 * 1024**3


@dataclass(frozen=True, slots=True)
class Expected:
    """A file as it has to be: its size, and its hash: ``sha256``, or ``git`` for a blob's sha1."""

    path: str
    source: str
    bytes: int
    algorithm: str
    digest: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be brought of one commit."""

    revision: str
    files: tuple[Expected, ...]


def find_files(client: Client, order: Order) -> Listing:
    """Return what has to come; the hub is asked only for what the order does not say.

    Raises:
        AnitagError: ``download_absent``, ``hub_failed`` or what the hub refuses.
        HiccupError: there was no answer.
    """
    if len(order.revision) == 40 and all(f.sha256 and f.bytes for f in order.files):
        return Listing(order.revision, tuple(map(_known, order.files)))
    content = _ask(client, order)
    revision, found = _revision(client, order, content), _siblings(content)
    wanted = [f for f in order.files if f.source in found or not f.may_lack]
    return Listing(
        revision, tuple(_expected(client, order, f, found.get(f.source)) for f in wanted)
    )


def _ask(client: Client, order: Order) -> dict[str, Any]:
    revision = order.revision if len(order.revision) == 40 else "main"
    answer = client.ask(f"/api/models/{order.repository}/revision/{revision}?blobs=true")
    try:
        if answer.status != 200:
            refuse(answer, order.repository, f"revision {revision}")
        body = b""
        while chunk := answer.read():
            body += chunk
            if len(body) > _LIMIT:
                raise _nonsense(client)
    finally:
        answer.close()
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise HiccupError("its list of files is not JSON") from None
    if not isinstance(content, dict):
        raise _nonsense(client)
    return content


def _revision(client: Client, order: Order, content: dict[str, Any]) -> str:
    revision = content.get("sha")
    if not isinstance(revision, str) or not re.fullmatch(r"[0-9a-f]{40}", revision):
        raise _nonsense(client)
    if len(order.revision) == 40 and revision != order.revision:
        raise _nonsense(client)
    return revision


def _siblings(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    siblings = content.get("siblings")
    found = [s for s in siblings if isinstance(s, dict)] if isinstance(siblings, list) else []
    return {s["rfilename"]: s for s in found if isinstance(s.get("rfilename"), str)}


def _known(file: WantedFile) -> Expected:
    return Expected(file.path, file.source, file.bytes, "sha256", file.sha256)


def _expected(
    client: Client, order: Order, file: WantedFile, stated: dict[str, Any] | None
) -> Expected:
    """Return a file as it has to be; what the order says of it beats what the hub states."""
    if file.sha256 and file.bytes:
        return _known(file)
    if stated is None:
        raise AnitagError(
            "download_absent",
            host=client.reach.host,
            file=file.source,
            repository=order.repository,
        )
    lfs = stated.get("lfs")
    large = lfs if isinstance(lfs, dict) else {}
    size = file.bytes or large.get("size") or stated.get("size")
    if not isinstance(size, int) or not 0 < size <= _FILE_LIMIT:
        raise _nonsense(client)
    sha256 = file.sha256 or large.get("sha256")
    if sha256:
        return Expected(file.path, file.source, size, "sha256", _hex(client, sha256, 64))
    return Expected(file.path, file.source, size, "git", _hex(client, stated.get("blobId"), 40))


def _hex(client: Client, text: object, digits: int) -> str:
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9a-f]{{{digits}}}", text):
        raise _nonsense(client)
    return text


def _nonsense(client: Client) -> AnitagError:
    reason = "its list of files makes no sense"
    return AnitagError("hub_failed", host=client.reach.host, reason=reason)
