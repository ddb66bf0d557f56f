"""The formats in which models come with their labels, each a reader by its name in a manifest."""

import ast
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from anitag_desktop.domain.table_row import BrokenRowError, titled_rows
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.label_line import LabelLine, mapped_category, to_label
from anitag_desktop.recognition.manifest import LabelSpec
from anitag_desktop.recognition.onnx_file import read_signature
from anitag_desktop.recognition.side_files import read_json, read_text

Reader = Callable[[Path, LabelSpec], Iterator[LabelLine]]


def csv_lines(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read a table with a header, a label in each row."""
    text = read_text(folder / spec.file)
    try:
        for number, row in titled_rows(io.StringIO(text, newline="")):
            yield _csv_line(row, f"{spec.file}, line {number}", spec)
    except BrokenRowError as error:
        raise ManifestError(f"{spec.file}, line {error.line}: {error}") from error


def plain_lines(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read a label from each line; their categories follow one another, or are not known."""
    names = read_text(folder / spec.file).splitlines()
    starts = _starts(folder, spec)
    for number, name in enumerate(names):
        kinds = [kind for start, kind in starts if start <= number]
        yield LabelLine(to_label(name, kinds[-1] if kinds else TagCategory.GENERAL))


def json_list(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read a list of names."""
    names = _inside(read_json(folder / spec.file), spec.names, spec)
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise ManifestError(f"{spec.file} is not a list of texts")
    for name in names:
        yield LabelLine(to_label(name))


def json_map(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read an object of names by number, and one of categories by name."""
    document = read_json(folder / spec.file)
    names = _numbered(_inside(document, spec.names, spec), spec)
    kinds = _inside(document, spec.categories, spec) if spec.categories else {}
    kind_of = Fields(kinds, spec.file)
    for name in names:
        if not isinstance(name, str):
            raise ManifestError(f"{spec.file} has a label that is not a text")
        raw = kind_of.text(name, "general")
        yield LabelLine(to_label(name, mapped_category(raw, spec)))


def json_numbers(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read an object of numbers by name."""
    numbers = Fields(_inside(read_json(folder / spec.file), spec.names, spec), spec.file).raw
    by_number = {number: name for name, number in numbers.items() if type(number) is int}
    if sorted(by_number) != list(range(len(numbers))):
        raise ManifestError(f"{spec.file} does not number its labels from 0 on, each once")
    for number in range(len(by_number)):
        yield LabelLine(to_label(by_number[number]))


def json_objects(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read an object of objects by number, each with a name and a category."""
    document = read_json(folder / spec.file)
    for found in _numbered(_inside(document, spec.names, spec), spec):
        fields = Fields(found, f"a label of {spec.file}")
        raw = fields.text(spec.category_col, "general") if spec.category_col else "general"
        yield LabelLine(to_label(fields.text(spec.name_col), mapped_category(raw, spec)))


def onnx_metadata(folder: Path, spec: LabelSpec) -> Iterator[LabelLine]:
    """Read a list, or names by number, that the exporter wrote into the network's own file."""
    text = read_signature(folder / spec.file).metadata.get(spec.names, "")
    try:
        # A literal and nothing else: programs of the field run what stands here.
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise ManifestError(f'"{spec.names}" of {spec.file} is not a list of names') from error
    names = list(found) if isinstance(found, list) else _numbered(found, spec)
    if not all(isinstance(name, str) for name in names):
        raise ManifestError(f'"{spec.names}" of {spec.file} is not a list of names')
    for name in names:
        yield LabelLine(to_label(name))


READERS: Mapping[str, Reader] = {
    "csv": csv_lines,
    "lines": plain_lines,
    "json_list": json_list,
    "json_map": json_map,
    "json_numbers": json_numbers,
    "json_objects": json_objects,
    "onnx_metadata": onnx_metadata,
}


def _csv_line(row: Mapping[str, str], where: str, spec: LabelSpec) -> LabelLine:
    """Return what a row says; ``where`` names it in the errors."""
    kind = TagCategory.GENERAL
    if spec.category_col:
        kind = mapped_category(_cell(row, spec.category_col, where), spec)
    threshold = _cell(row, spec.threshold_col, where) if spec.threshold_col else ""
    series = _cell(row, spec.series_col, where) if spec.series_col else ""
    label = to_label(_cell(row, spec.name_col, where), kind)
    return LabelLine(label, _threshold(threshold, where), _series(series, where))


def _cell(row: Mapping[str, str], column: str, where: str) -> str:
    if column not in row:
        raise ManifestError(f'{where}, has no column "{column}"')
    return row[column]


def _threshold(text: str, where: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ManifestError(f'{where}, has the threshold "{text:.50}"')
    return value


def _series(text: str, where: str) -> tuple[str, ...]:
    """Return the tags of the series that a character is from: a list in JSON, or nothing."""
    if not text.strip():
        return ()
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
        raise ManifestError(f'{where}, has the series "{text:.50}"')
    return tuple(clean for name in names if (clean := normalize_tag_name(name)))


def _starts(folder: Path, spec: LabelSpec) -> list[tuple[int, TagCategory]]:
    """Return from which label on each category holds, the first one first."""
    if spec.starts_file is None:
        return []
    found = read_json(folder / spec.starts_file)
    if not isinstance(found, list):
        raise ManifestError(f"{spec.starts_file} is not a list of categories")
    parts = [Fields(part, f"a part of {spec.starts_file}") for part in found]
    starts = [(p.integer("start_index"), mapped_category(p.text("name"), spec)) for p in parts]
    return sorted(starts, key=lambda part: part[0])


def _inside(document: Any, place: str, spec: LabelSpec) -> Any:
    """Return what stands at a place such as ``a/b`` of a document."""
    for step in filter(None, place.split("/")):
        document = document.get(step) if isinstance(document, dict) else None
    if document is None:
        raise ManifestError(f'{spec.file} has no "{place}"')
    return document


def _numbered(found: Any, spec: LabelSpec) -> list[Any]:
    """Return the values of an object with the keys 0, 1, 2 ... in their order."""
    if not isinstance(found, dict):
        raise ManifestError(f"{spec.file} has no labels by number")
    by_number = {str(key): value for key, value in found.items()}
    missing = [n for n in range(len(by_number)) if str(n) not in by_number]
    if missing:
        raise ManifestError(f"{spec.file} has no label number {missing[0]}")
    return [by_number[str(n)] for n in range(len(by_number))]
