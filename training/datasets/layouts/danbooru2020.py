"""Danbooru2020's metadata, filtered as anime-art-tagger filtered it."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.config import SourceConfig
from training.datasets.layouts.read_set import ReadSet, without_missing
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import text_lines

YEARS = range(2010, 2021)
NEEDED = frozenset({"1girl", "solo"})
DROPPED = NEEDED | {"breasts"}
FREQUENT = 100_000
LEAST_TAGS = 10
GENERAL = "0"
METADATA = "metadata"
FREQUENT_VARIABLE = "DANBOORU2020_FREQUENT"
"""A smaller set needs a smaller number than 100,000."""


def read_danbooru2020(source: SourceConfig) -> ReadSet:
    """Return the pictures of root/NNNN/ID.ext that root/metadata/*.json lets through.

    In order: safe ones of 2010 to 2020 with 1girl and solo, without a parent, neither banned nor
    deleted; of their general tags those that come over 100,000 times; pictures with more than ten
    of them. The tenth part by running number tests; of the rest every fifth validates.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest`` with file and row.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    posts = [post for post in _posts(root / METADATA) if _is_wanted(post)]
    tags = [_general(post) for post in posts]
    counts = Counter(name for names in tags for name in names)
    least = int(os.environ.get(FREQUENT_VARIABLE, FREQUENT))
    frequent = {name for name, count in counts.items() if count > least}
    kept = [
        (post, tuple(name for name in names if name in frequent))
        for post, names in zip(posts, tags, strict=True)
    ]
    kept = [(post, names) for post, names in kept if len(names) > LEAST_TAGS]
    pictures = [_picture(number, *one, root, source) for number, one in enumerate(kept)]
    return without_missing(pictures, root / METADATA, root)


def _posts(folder: Path) -> Iterator[dict[str, Any]]:
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    if not files:
        raise AnitagError("no_such_file", path=folder)
    for file in files:
        for number, line in enumerate(text_lines(file), 1):
            try:
                yield _post(line)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                reason = f"this is no post ({error!r})"
                raise AnitagError("bad_manifest", path=file, row=number, reason=reason) from error


def _post(line: str) -> dict[str, Any]:
    """Return a post; its tags are objects with a name and a category."""
    post = json.loads(line)
    tags = [{"name": t["name"], "category": t["category"]} for t in post["tags"]]
    return {**post, "id": int(post["id"]), "tags": tags}


def _is_wanted(post: dict[str, Any]) -> bool:
    names = {str(tag["name"]) for tag in post.get("tags", ())}
    year = str(post.get("created_at", ""))[:4]
    return (
        year.isdigit()
        and int(year) in YEARS
        and post.get("rating") == "s"
        and names >= NEEDED
        and str(post.get("parent_id", "0")) == "0"
        and not post.get("is_deleted")
        and not post.get("is_banned")
    )


def _general(post: dict[str, Any]) -> tuple[str, ...]:
    """Return the general tags; a tag's category is a string in this metadata."""
    names = (str(t["name"]) for t in post["tags"] if str(t["category"]) == GENERAL)
    return tuple(dict.fromkeys(name for name in names if name not in DROPPED))


def _picture(
    number: int, post: dict[str, Any], names: tuple[str, ...], root: Path, source: SourceConfig
) -> LabelledPicture:
    part = "test" if number % 10 == 0 else "validation" if number % 5 == 0 else "train"
    file = root / f"{post['id'] % 1000:04d}" / f"{post['id']}.{post.get('file_ext', 'jpg')}"
    group = f"{source.name}/{post['id']}"
    return LabelledPicture(
        file, source.name, group, tags=frozenset(names), part=part, caption=names
    )
