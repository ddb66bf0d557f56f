"""The labels of a model: which tag each slot of its score output stands for."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.prediction import Label
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import LabelSpec, category

SIZE_LIMIT = 64 * 1024 * 1024
COUNT_LIMIT = 500_000


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label as its file has it: the tag, and its own threshold if the file states one."""

    label: Label
    threshold: float | None


def read_labels(folder: Path, spec: LabelSpec) -> tuple[LabelLine, ...]:
    """Return the labels in the order of the score output.

    Raises:
        ManifestError: the file cannot be read as its manifest says.
    """
    text = read_text(folder / spec.file)
    lines = tuple(_READERS[spec.type](text, spec)) if spec.type in _READERS else None
    if lines is None:
        raise ManifestError(f'its label type "{spec.type:.50}" is unknown')
    if not 0 < len(lines) <= COUNT_LIMIT:
        raise ManifestError(f"{spec.file} holds {len(lines)} labels")
    return lines


def read_text(path: Path) -> str:
    """Return the text of a file beside a manifest, UTF-8, within the size limit."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ManifestError(f"{path.name} cannot be read ({error.strerror})") from error
    if len(content) > SIZE_LIMIT:
        raise ManifestError(f"{path.name} is larger than {SIZE_LIMIT >> 20} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path.name} is not UTF-8 text") from error


def to_label(name: str, kind: TagCategory) -> Label:
    """Return the label of a raw name; ratings become ``rating:general`` and so on."""
    clean = normalize_tag_name(name)
    if not clean:
        raise ManifestError("one of its labels is empty")
    if len(clean) > 500 or not clean.isprintable():
        raise ManifestError(f"its label {clean[:50]!r} cannot be a tag name")
    if kind is TagCategory.RATING:
        bare = clean.removeprefix("rating:").removeprefix("rating_")
        clean = f"rating:{bare}"
    return Label(clean, kind)


def _csv_lines(text: str, spec: LabelSpec) -> Iterator[LabelLine]:
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in rows:
            yield _csv_line(row, spec)
    except csv.Error as error:
        raise ManifestError(f"{spec.file}, line {rows.line_num}: {error}") from error


def _csv_line(row: Mapping[str, str | None], spec: LabelSpec) -> LabelLine:
    kind = TagCategory.GENERAL
    if spec.category_col:
        kind = _mapped(_cell(row, spec.category_col, spec), spec)
    threshold = _cell(row, spec.threshold_col, spec) if spec.threshold_col else ""
    return LabelLine(to_label(_cell(row, spec.name_col, spec), kind), _threshold(threshold, spec))


def _cell(row: Mapping[str, str | None], column: str, spec: LabelSpec) -> str:
    value = row.get(column)
    if value is None:
        raise ManifestError(f'{spec.file} has no column "{column}" in every line')
    return value


def _mapped(raw: str, spec: LabelSpec) -> TagCategory:
    if raw in spec.category_map:
        return spec.category_map[raw]
    if spec.category_map and raw.isdigit():
        raise ManifestError(f'{spec.file} has the category "{raw}", which is not mapped')
    return category(raw)


def _threshold(text: str, spec: LabelSpec) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ManifestError(f'{spec.file} has the threshold "{text:.50}"')
    return value


def _plain_lines(text: str, spec: LabelSpec) -> Iterator[LabelLine]:
    del spec
    for line in text.splitlines():
        yield LabelLine(to_label(line, TagCategory.GENERAL), None)


def _json_list(text: str, spec: LabelSpec) -> Iterator[LabelLine]:
    try:
        names = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{spec.file} is not JSON") from error
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise ManifestError(f"{spec.file} is not a list of texts")
    for name in names:
        yield LabelLine(to_label(name, TagCategory.GENERAL), None)


_READERS = {"csv": _csv_lines, "lines": _plain_lines, "json_list": _json_list}
