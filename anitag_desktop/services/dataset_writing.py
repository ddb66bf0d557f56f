"""Writing a dataset that is readable without anitag: a manifest of pictures, and what it means."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.choosing import ChosenPicture
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.whole_files import whole_file

OnCopied = Callable[[int, int], object]
"""Hears of pictures how many are copied, of how many."""

Answers = Callable[[Sequence[str]], Mapping[str, Mapping[str, float]]]
"""Gives what the model in use said of some pictures (sha256): scores by tag name."""

_AT_ONCE = 500
"""Of so many pictures the answers are in memory."""

MANIFEST = "manifest.jsonl"
PICTURES = "pictures"
README = """# A dataset of an anitag library

`manifest.jsonl` has a line of JSON for each picture:

| field | meaning |
|---|---|
| `file` | the picture: an absolute path, or one beneath this folder |
| `sha256`, `width`, `height` | of the file's bytes; pixels |
| `tags`, `absent` | tags that it has, and has not. **Every other tag is unknown**, not absent |
| `sources` | who said so, by tag: `user` (trust 1), `import` (a list or caption) |
| `import_trust` | how much the tags of lists and captions weigh, 0 to 1 |
| `group` | near-duplicates have the same; a group is never parted |
| `split` | `train`, `validation` (tunes), `test` (held out: never learn its tags), `unused` |
| `answers` | what the model in use said, 0 to 1, without what is under 0.05; to replay it |

A picture without `tags` and `absent` is there for its `answers` only. A picture stays in its
split in every export of the same library. `categories.json` has the category of each tag that is
named.
"""


def write_dataset(
    folder: Path,
    pictures: Sequence[ChosenPicture],
    answers: Answers,
    categories: Mapping[str, TagCategory],
    *,
    on_copied: OnCopied | None = None,
) -> int:
    """Write the dataset into a folder and return how many pictures it has.

    With ``on_copied`` the pictures' bytes go with it; one that is gone since is left out.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
        GivenUpError: nobody waits for it any more, see ``interruptions``.
    """
    rows = 0
    with whole_file(folder / MANIFEST) as file:
        for place, (one, said) in enumerate(_answered(pictures, answers), 1):
            give_up_if_asked()
            where = _copied(one, folder) if on_copied else one.facts.path
            if on_copied:
                on_copied(place, len(pictures))
            if where is not None:
                file.write(json.dumps(_row(one, where, said)) + "\n")
                rows += 1
    with whole_file(folder / "categories.json") as file:
        json.dump({name: str(kind) for name, kind in sorted(categories.items())}, file, indent=1)
    with whole_file(folder / "README.md") as file:
        file.write(README)
    return rows


def _answered(
    pictures: Sequence[ChosenPicture], answers: Answers
) -> Iterator[tuple[ChosenPicture, Mapping[str, float]]]:
    for some in chunks(pictures, _AT_ONCE):
        known = answers([one.facts.sha256 for one in some])
        yield from ((one, known.get(one.facts.sha256, {})) for one in some)


def _row(one: ChosenPicture, file: str, answers: Mapping[str, float]) -> dict[str, Any]:
    told = {**one.imported, **one.said}
    return {
        "file": file,
        "sha256": one.facts.sha256,
        "width": one.facts.width,
        "height": one.facts.height,
        "tags": sorted(name for name, has in told.items() if has),
        "absent": sorted(name for name, has in told.items() if not has),
        "sources": dict(_sources(one)),
        "import_trust": one.import_trust,
        "group": one.group,
        "split": one.part,
        "answers": {name: round(score, 4) for name, score in answers.items()},
    }


def _sources(one: ChosenPicture) -> Iterator[tuple[str, str]]:
    for name in sorted({*one.said, *one.imported}):
        yield name, "user" if name in one.said else "import"


def _copied(one: ChosenPicture, folder: Path) -> str | None:
    """Copy a picture beneath the folder; return its path there, None if it cannot be read."""
    source = Path(one.facts.path)
    name = f"{PICTURES}/{one.facts.sha256}{source.suffix.lower()}"
    target = folder / name
    try:
        content = source.read_bytes()
    except OSError:
        return None
    with failures_of(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return name
