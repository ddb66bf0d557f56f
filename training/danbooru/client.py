"""Asking Danbooru as it wants to be asked: logged in, about once a second, page by page of ids."""

import json
import threading
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from anitag_desktop.domain.error import AnitagError
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.waiting import backed_off
from training.collecting.web import Look, Web
from training.danbooru.credentials import Credentials

ENDPOINT = "https://danbooru.donmai.us"
PAGE = 200
"""Posts; the most that one request gives."""

_PAGE_LIMIT = 64 * 1024 * 1024
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Posts = list[dict[str, Any]]


class Pace:
    """Leaves ``pause`` seconds between two requests, whoever makes them. Thread-safe."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may be made."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._pause
        time.sleep(turn - now)


class DanbooruClient:
    """Asks one site of Danbooru's kind.

    ``credentials`` go to the endpoint alone, in a header; None asks as nobody, which Danbooru
    itself has refused since 2026. ``backoff``: seconds before the second attempt.
    """

    def __init__(
        self,
        web: Web,
        credentials: Credentials | None,
        pace: Pace,
        *,
        endpoint: str = ENDPOINT,
        attempts: int = 6,
        backoff: float = 2.0,
    ) -> None:
        """Take how to ask.

        Raises:
            AnitagError: ``bad_config`` where the key would go over the network in the clear.
        """
        parts = urlsplit(endpoint)
        if credentials and parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
            reason = "a key is sent over https only; with --anonymous there is none"
            raise AnitagError("bad_config", path="--endpoint", reason=reason)
        self._web = web
        self._header = credentials.header() if credentials else {}
        self._pace = pace
        self._endpoint = endpoint.rstrip("/")
        self._attempts = attempts
        self._backoff = backoff

    @property
    def host(self) -> str:
        """The name of the site."""
        return urlsplit(self._endpoint).hostname or ""

    def posts(self, tags: str, before: int | None = None) -> Posts:
        """Return up to ``PAGE`` posts of a search with ids below ``before``, the newest first.

        Pages by number end at 1,000; pages by id do not.

        Raises:
            AnitagError: ``danbooru_refused``, ``danbooru_query`` or ``site_failed``.
        """
        asked = {"tags": tags, "limit": str(PAGE)} | ({"page": f"b{before}"} if before else {})
        url = f"{self._endpoint}/posts.json?{urlencode(asked)}"
        try:
            content = self._fetch(url, _PAGE_LIMIT, lambda _head: None, self._header)
        except NotBroughtError as error:
            raise self._as_problem(error, tags) from None
        return self._read(content)

    def picture(self, url: str, limit: int, look: Look) -> bytes:
        """Return the bytes of a picture; who serves it does not see the credentials.

        Raises:
            NotBroughtError: why there are none, after all attempts.
        """
        return self._fetch(url, limit, look, {})

    def _fetch(self, url: str, limit: int, look: Look, header: dict[str, str]) -> bytes:
        for failures in range(self._attempts):
            self._pace.wait()
            try:
                return self._web.fetch(url, limit=limit, look=look, headers=header).content
            except NotBroughtError as error:
                if not error.may_pass or failures + 1 == self._attempts:
                    raise
                time.sleep(max(error.wait, backed_off(self._backoff, failures)))
        raise AssertionError("at least one attempt is made")

    def _read(self, content: bytes) -> Posts:
        try:
            posts = json.loads(content)
        except (ValueError, RecursionError):
            posts = None
        is_sound = isinstance(posts, list) and all(
            isinstance(post, dict) and type(post.get("id")) is int for post in posts
        )
        if not is_sound:
            raise AnitagError("site_failed", host=self.host, reason="it sends no list of posts")
        return list(posts or [])

    def _as_problem(self, error: NotBroughtError, tags: str) -> AnitagError:
        if error.outcome is Outcome.STATUS and error.status in (401, 403):
            return AnitagError("danbooru_refused", host=self.host, status=error.status)
        if error.outcome is Outcome.STATUS and error.status in (410, 422):
            return AnitagError("danbooru_query", host=self.host, query=tags, status=error.status)
        return AnitagError("site_failed", host=self.host, reason=error.reason)
