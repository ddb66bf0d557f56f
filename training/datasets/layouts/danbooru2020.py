"""Danbooru2020's metadata, filtered as anime-art-tagger filtered it."""

import os
import tempfile
from collections.abc import Container
from pathlib import Path
from typing import Any

from training.config import SourceConfig
from training.datasets.layouts.read_set import ReadSet
from training.datasets.manifest import PICTURE_SUFFIXES, is_entered
from training.datasets.sample import LabelledPicture
from training.metadata.choosing import Choice, TagCounts
from training.metadata.filtering import chosen_rows
from training.metadata.lines import MetadataLines
from training.metadata.relations import Relations
from training.metadata.rules import load_rules
from training.metadata.spool import Spool

RULES = "artagger"
FREQUENT = 100_000
METADATA = "metadata"
FREQUENT_VARIABLE = "DANBOORU2020_FREQUENT"
"""A smaller set needs a smaller number than 100,000."""

LONGEST_ID = 18


def read_danbooru2020(source: SourceConfig) -> ReadSet:
    """Return the pictures beneath root that are called ID.* and that root/metadata/* lets through.

    By the rules ``artagger``: safe ones of 2010 to 2020 with 1girl and solo, without a parent,
    neither banned nor deleted; of their general tags those that come over 100,000 times; pictures
    with more than ten of them. The tenth part by running number tests; of the rest every fifth
    validates. What is in memory are the pictures that are left.

    Metadata tell of all posts, and who has the pictures has some of them: of the folders 0000 to
    0999, or those of 512 pixels, which are JPEG whatever the post is. So what is there counts, as
    anime-art-tagger has it, and the rest is ``missing``.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest`` with file and row.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    frequent = int(os.environ.get(FREQUENT_VARIABLE, FREQUENT))
    rules = load_rules(RULES, [f"least_count={frequent + 1}"])
    choice = Choice(MetadataLines([root / METADATA]), rules, Relations({}, ()))
    counts, posts = TagCounts(), set[int]()
    with Spool(Path(tempfile.gettempdir())) as spool:
        for chosen in choice:
            counts.add(chosen.tags)
            spool.add(chosen.post, chosen.tags)
            posts.add(chosen.post.id)
        files = _files(root, posts)
        rows = chosen_rows(spool, choice, counts, files)
        pictures = [_picture(row, files[row["post"]], source) for row in rows]
    return ReadSet(pictures, missing=choice.refused["not_there"])


def _files(root: Path, posts: Container[int]) -> dict[int, Path]:
    """Return where the pictures of posts lie; of several of a post the first by its path."""
    found: dict[int, Path] = {}
    seen = {root.resolve()}
    for at, folders, names in os.walk(root, followlinks=True):
        here = Path(at)
        folders[:] = sorted(name for name in folders if _is_entered(here / name, seen))
        for name in sorted(names):
            post = _post(name)
            if post in posts:
                found.setdefault(post, here / name)
    return found


def _is_entered(folder: Path, seen: set[Path]) -> bool:
    """Tell whether a folder is looked into: once, however many links lead there."""
    place = folder.resolve()
    if not is_entered(folder) or place in seen:
        return False
    seen.add(place)
    return True


def _post(name: str) -> int:
    """Return the post whose picture a file is by its name; -1 of others."""
    stem, _, suffix = name.partition(".")
    is_id = stem.isascii() and stem.isdigit() and len(stem) <= LONGEST_ID
    return int(stem) if is_id and f".{suffix.lower()}" in PICTURE_SUFFIXES else -1


def _picture(row: dict[str, Any], path: Path, source: SourceConfig) -> LabelledPicture:
    names = tuple(row["tags"])
    return LabelledPicture(
        path,
        source.name,
        f"{source.name}/{row['group']}",
        tags=frozenset(names),
        part=row["split"],
        caption=names,
    )
