"""Danbooru2020's metadata, filtered as anime-art-tagger filtered it."""

import os
import tempfile
from pathlib import Path
from typing import Any

from training.config import SourceConfig
from training.datasets.layouts.read_set import Listed, ReadSet, without_missing
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


def read_danbooru2020(source: SourceConfig) -> ReadSet:
    """Return the pictures of root/NNNN/ID.ext that root/metadata/* lets through.

    By the rules ``artagger``: safe ones of 2010 to 2020 with 1girl and solo, without a parent,
    neither banned nor deleted; of their general tags those that come over 100,000 times; pictures
    with more than ten of them. The tenth part by running number tests; of the rest every fifth
    validates. What is in memory are the pictures that are left.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_manifest`` with file and row.
    """
    root = Path(os.path.expandvars(source.path)).expanduser()
    frequent = int(os.environ.get(FREQUENT_VARIABLE, FREQUENT))
    rules = load_rules(RULES, [f"least_count={frequent + 1}"])
    lines = MetadataLines([root / METADATA])
    choice, counts = Choice(lines, rules, Relations({}, ())), TagCounts()
    rows: dict[int, tuple[Path, int]] = {}
    with Spool(Path(tempfile.gettempdir())) as spool:
        for chosen in choice:
            counts.add(chosen.tags)
            spool.add(chosen.post, chosen.tags)
            rows[chosen.post.id] = lines.path, lines.number
        listed = [
            Listed(_picture(row, root, source), *rows[row["post"]])
            for row in chosen_rows(spool, choice, counts)
        ]
    return without_missing(listed, root)


def _picture(row: dict[str, Any], root: Path, source: SourceConfig) -> LabelledPicture:
    names = tuple(row["tags"])
    return LabelledPicture(
        root / row["file"],
        source.name,
        f"{source.name}/{row['group']}",
        tags=frozenset(names),
        part=row["split"],
        caption=names,
    )
