"""The tags of a dump: names, categories, counts, aliases and implications, as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.collecting.row_file import write_whole
from training.metadata.choosing import Choice, TagCounts
from training.metadata.filtering import naming, telling
from training.metadata.lines import MetadataLines
from training.metadata.relations import Relations
from training.metadata.rules import FilterRules
from training.progress import Progress

VERSION = 1
NORMALISATION = ("NFC", "lower", "blanks to underscores")
ORDER = ("general", "copyright", "character", "artist", "meta")


def write_vocabulary(
    paths: Sequence[Path],
    rules: FilterRules,
    relations: Relations,
    target: Path,
    progress: Progress,
) -> int:
    """Count the tags of the posts that the rules choose; return how many come often enough.

    Aliases are resolved and implied tags added before anything is counted. The same metadata gives
    the same bytes: labels stand by category, count and name. ``datasets.vocabulary`` reads them.

    Raises:
        AnitagError: as ``filter_metadata``; ``no_labels`` when no tag is left.
    """
    lines, counts = MetadataLines(paths, naming(progress)), TagCounts()
    lines.check_apart(target)
    for chosen in Choice(lines, rules, relations, telling(lines, progress)):
        counts.add(chosen.tags)
    frequent = counts.frequent(rules.least_count)
    labels = [
        {"name": name, "category": category, "count": count}
        for category in ORDER
        for name, count in sorted(frequent.get(category, {}).items(), key=lambda n: (-n[1], n[0]))
    ]
    if not labels:
        raise AnitagError("no_labels", count=rules.least_count)
    names = {str(label["name"]) for label in labels}
    content = {
        "version": VERSION,
        "normalisation": list(NORMALISATION),
        "labels": labels,
        "aliases": {a: n for a, n in relations.aliases.items() if n in names},
        "implications": {n: list(i) for n in sorted(names) if (i := relations.implied(n))},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_whole(target, text.encode("utf-8"))
    return len(labels)
