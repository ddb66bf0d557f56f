"""Bringing what Danbooru finds for each class into a folder that training reads."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.collecting.last_rows import LastRows
from training.collecting.manifest_writing import write_manifest
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.picture_check import CheckedPicture, look_at_head
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import RowFile
from training.danbooru.client import DanbooruClient
from training.danbooru.earlier import OUTCOMES, Earlier, good, last_rows, post_key, read_earlier
from training.danbooru.posts import STILL, Post, Variant
from training.danbooru.queries import ClassQuery
from training.danbooru.ratings import RatingScheme, rating_letters
from training.progress import Progress


@dataclass(frozen=True, slots=True)
class PostOrder:
    """What is to be brought.

    ``ratings`` by name (general, sensitive, questionable, explicit); ``variant``: ``720``,
    ``sample`` or ``original``; ``limit``: bytes of a picture; ``again``: from the newest post on,
    also those that the account might not see the last time, or whose rating was not wanted.
    """

    queries: Sequence[ClassQuery]
    folder: Path
    ratings: Sequence[str] = ("general",)
    variant: str = "720"
    limit: int = 32 * 1024 * 1024
    again: bool = False


def collect_posts(order: PostOrder, client: DanbooruClient, progress: Progress) -> Counter[Outcome]:
    """Bring the posts of each class; return how many came to what end, earlier runs included.

    Pictures are ``CLASS/SHA256.suffix``; ``outcomes.jsonl`` has a row for each post, and
    ``manifest.jsonl`` one for each picture. A run that was killed goes on after its last page.

    Raises:
        AnitagError: what the site refuses; a disk that is full. What came is kept.
    """
    letters = _letters(order)
    with PictureFolder(order.folder) as pictures, RowFile(order.folder / OUTCOMES) as rows:
        last = last_rows(order.folder)
        earlier = read_earlier(order.folder, last, pictures, again=order.again)
        run = _Run(order, client, pictures, rows, earlier, last)
        try:
            for query in order.queries:
                run.collect(query, letters)
                counts = run.earlier.counts(query.name)
                told = {outcome.value: count for outcome, count in sorted(counts.items())}
                progress.report("class", name=query.name, **told)
        finally:
            write_manifest(order.folder, good(order.folder, last))
    total: Counter[Outcome] = Counter()
    for query in order.queries:
        total += earlier.counts(query.name)
    return total


class _Run:
    """One run over the classes."""

    def __init__(
        self,
        order: PostOrder,
        client: DanbooruClient,
        pictures: PictureFolder,
        rows: RowFile,
        earlier: Earlier,
        last: LastRows,
    ) -> None:
        self.earlier = earlier
        self._last = last
        self._order = order
        self._client = client
        self._pictures = pictures
        self._rows = rows

    def collect(self, query: ClassQuery, letters: frozenset[str]) -> None:
        tags = _with_rating(query.tags, letters)
        reached = None if self._order.again else self.earlier.reached(query.name, tags)
        while reached != 0 and not self._has_enough(query):
            posts = self._client.posts(tags, reached)
            lowest = min((post["id"] for post in posts), default=0)
            if posts and not 0 < lowest < (reached or lowest + 1):
                reason = "its pages go in circles"
                raise AnitagError("site_failed", host=self._client.host, reason=reason)
            if not self._take(query, posts, letters):
                return
            reached = lowest
            self.earlier.reach(query.name, tags, reached)
            self._rows.add({"class": query.name, "query": tags, "reached": reached})

    def _take(
        self, query: ClassQuery, posts: list[dict[str, Any]], letters: frozenset[str]
    ) -> bool:
        """Bring a page's posts; return False when there were enough before its end."""
        for found in posts:
            if self._has_enough(query):
                return False
            if self.earlier.outcome(query.name, found["id"]) is None:
                self._one(query, found, letters)
        return True

    def _one(self, query: ClassQuery, found: dict[str, Any], letters: frozenset[str]) -> None:
        row: dict[str, Any] = {"class": query.name, "post": found["id"]}
        try:
            row |= self._bring(query, found, letters) | {"outcome": Outcome.OK.value}
        except NotBroughtError as error:
            row |= {"outcome": error.outcome.value, "status": error.status, "reason": error.reason}
        told = {name: value for name, value in row.items() if value not in (None, "")}
        self._last.put(str(post_key(told)), self._rows.add(told))
        self.earlier.take(told)

    def _bring(
        self, query: ClassQuery, found: dict[str, Any], letters: frozenset[str]
    ) -> dict[str, Any]:
        post, variant = _wanted(found, letters, self._order.variant)
        content = self._client.picture(variant.url, self._order.limit, look_at_head)
        picture = self._pictures.check(content)
        _compare(content, picture, post, variant)
        kept = self._pictures.keep(content, picture, query.name)
        return {
            "file": kept.file,
            "sha256": kept.sha256,
            "bytes": len(content),
            "width": picture.width,
            "height": picture.height,
            "url": variant.url,
            "variant": variant.kind,
            **post.facts(),
        }

    def _has_enough(self, query: ClassQuery) -> bool:
        good = self.earlier.counts(query.name)[Outcome.OK]
        return bool(query.most) and good >= query.most


def _letters(order: PostOrder) -> frozenset[str]:
    try:
        return rating_letters(order.ratings, RatingScheme.SINCE_2022)
    except ValueError as error:
        raise AnitagError("bad_config", path="--ratings", reason=str(error)) from None


def _with_rating(tags: str, letters: frozenset[str]) -> str:
    """Return a query that asks for the ratings that are wanted, which costs none of its tags."""
    if any(word.startswith(("rating:", "-rating:")) for word in tags.lower().split()):
        return tags
    return f"{tags} rating:{','.join(sorted(letters))}"


def _wanted(found: dict[str, Any], letters: frozenset[str], choice: str) -> tuple[Post, Variant]:
    """Return a post whose picture is to be brought, and which of its files."""
    try:
        post = Post.read(found)
    except ValueError as error:
        raise NotBroughtError(Outcome.DAMAGED, f"its metadata: {error}") from None
    if post.rating not in letters:
        raise NotBroughtError(Outcome.OTHER_RATING, post.rating)
    if post.is_hidden:
        raise NotBroughtError(Outcome.HIDDEN, "the site does not show it to this account")
    if post.suffix and post.suffix not in STILL:
        raise NotBroughtError(Outcome.NOT_A_PICTURE, f"a post of the kind {post.suffix[:10]}")
    variant = post.choose(choice)
    if variant is None:
        raise NotBroughtError(Outcome.HIDDEN, f"it has no file of the kind {choice}")
    return post, variant


def _compare(content: bytes, picture: CheckedPicture, post: Post, variant: Variant) -> None:
    """Check that bytes are the file that was told: originals by md5, others by their size."""
    if variant.kind == "original":
        if post.md5 and hashlib.md5(content, usedforsecurity=False).hexdigest() != post.md5:
            raise NotBroughtError(Outcome.NOT_THE_FILE, "its md5 is another")
        return
    told = sorted((variant.width, variant.height))
    came = sorted((picture.width, picture.height))
    if all(told) and any(abs(a - b) > 1 for a, b in zip(told, came, strict=True)):
        reason = f"it has {picture.width} x {picture.height} pixels"
        raise NotBroughtError(Outcome.NOT_THE_FILE, reason)
