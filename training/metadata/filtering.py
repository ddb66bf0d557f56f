"""From metadata of any size to a manifest that training reads, in constant memory.

One pass over the metadata decides what needs no counts and lays the few that are left by; when
all their tags are counted, a pass over these writes the manifest, which is whole or absent.
"""

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from anitag_desktop.domain.error import write_failure
from training.danbooru.ratings import RatingScheme, today_rating
from training.metadata.choosing import Choice, TagCounts, Tell
from training.metadata.lines import LeftOut, MetadataLines
from training.metadata.relations import Relations
from training.metadata.rules import FilterRules
from training.metadata.spool import Spool, SpooledPost
from training.progress import Progress

COLUMNS = {
    "general": "tags",
    "meta": "tags",
    "character": "characters",
    "copyright": "copyright",
    "artist": "artists",
}
"""Where a manifest has the tags of a category; artists have a column that training leaves alone."""

NAMED = 20


@dataclass(frozen=True, slots=True)
class FilterReport:
    """What became of the posts: ``refused`` by the rule they failed; ``tags`` are different.

    ``left_out`` are files of archives and folders that are no metadata.
    """

    seen: int
    kept: int
    tags: int
    scheme: str
    refused: Mapping[str, int]
    left_out: int = 0


def filter_metadata(
    paths: Sequence[Path],
    rules: FilterRules,
    relations: Relations,
    manifest: Path,
    progress: Progress,
) -> FilterReport:
    """Write the posts that the rules choose as a manifest (JSON lines).

    Raises:
        AnitagError: ``bad_manifest`` with file and row for a row that is none, ``bad_config``,
            ``disk_full``, ``cannot_write``. No manifest is written then.
    """
    lines = MetadataLines(paths, naming(progress))
    lines.check_apart(manifest)
    choice, counts = Choice(lines, rules, relations, telling(lines, progress)), TagCounts()
    with Spool(manifest.parent) as spool:
        for chosen in choice:
            counts.add(chosen.tags)
            spool.add(chosen.post, chosen.tags)
        kept = _write(manifest, chosen_rows(spool, choice, counts))
    tags = sum(len(names) for names in counts.frequent(rules.least_count).values())
    scheme, left_out = choice.scheme.value, lines.left_out
    return FilterReport(choice.seen, kept, tags, scheme, choice.refused, left_out)


def naming(progress: Progress) -> LeftOut:
    """Return what reports the first files that are no metadata; of some archives there are many."""
    told = count()

    def name(path: Path, reason: str) -> None:
        if next(told) < NAMED:
            progress.report("left_out", path=str(path), reason=reason)

    return name


def telling(lines: MetadataLines, progress: Progress) -> Tell:
    """Return what reports how far the files are read, also where no post is chosen for long."""

    def tell(seen: int) -> None:
        share = lines.done / lines.whole if lines.whole else 0.0
        progress.report("metadata", rows=seen, share=round(share, 4), path=str(lines.path))

    return tell


def chosen_rows(
    spool: Spool, choice: Choice, counts: TagCounts, there: Container[int] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a manifest for the spooled posts, now that all their tags are counted.

    Posts that the counts leave out are added to ``choice.refused``; so are, as ``not_there``, those
    whose pictures are not among ``there`` (ids), before the others get their running numbers.
    """
    rules, place = choice.rules, 0
    frequent = counts.frequent(rules.least_count)
    for post in spool:
        tags = {k: [n for n in names if n in frequent[k]] for k, names in post.tags.items()}
        if sum(map(len, tags.values())) < rules.least_tags:
            choice.refused["few_tags"] += 1
            continue
        if there is not None and post.id not in there:
            choice.refused["not_there"] += 1
            continue
        place += 1
        if (place - 1) % rules.every:
            choice.refused["every"] += 1
            continue
        post.tags = tags
        yield _row(post, (place - 1) // rules.every, rules, choice.scheme)


def _row(post: SpooledPost, place: int, rules: FilterRules, scheme: RatingScheme) -> dict[str, Any]:
    file = rules.file.format(bucket=post.id % 1000, id=post.id, ext=post.ext or "jpg", md5=post.md5)
    row: dict[str, Any] = {"file": file, "post": post.id, "group": str(post.parent or post.id)}
    for kind, names in post.tags.items():
        if names:
            row.setdefault(COLUMNS[kind], []).extend(names)
    rating = today_rating(post.rating[:1], scheme)
    row |= {"rating": rating.value} if rating else {}
    if rules.test_every or rules.validation_every:
        row["split"] = _part(place, rules)
    return row


def _part(place: int, rules: FilterRules) -> str:
    if rules.test_every and place % rules.test_every == 0:
        return "test"
    if rules.validation_every and place % rules.validation_every == 0:
        return "validation"
    return "train"


def _write(manifest: Path, rows: Iterator[dict[str, Any]]) -> int:
    """Write the rows to a file that is whole or absent; return how many there are."""
    staging = manifest.with_name(f".{manifest.name}.part")
    encode = msgspec.json.Encoder().encode
    count = 0
    try:
        with staging.open("wb", buffering=1 << 20) as stream:
            for row in rows:
                stream.write(encode(row) + b"\n")
                count += 1
            stream.flush()
            os.fsync(stream.fileno())
        staging.replace(manifest)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise write_failure(manifest, error) from error
    return count
