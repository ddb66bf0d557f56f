"""One label of a model: from the raw words of a foreign file to a tag of the library."""

from dataclasses import dataclass

from anitag_desktop.domain.prediction import Label
from anitag_desktop.domain.tag import Rating, TagCategory, normalize_tag_name
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import LabelSpec, category

_RATING = "rating:"
_OLD_RATINGS = {"safe": Rating.GENERAL.value}
"""What boorus that know three ratings call them; the others have the same names."""


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One label as its file has it: the tag, its own threshold and series if stated."""

    label: Label
    threshold: float | None = None
    series: tuple[str, ...] = ()


def to_label(name: str, kind: TagCategory = TagCategory.GENERAL) -> Label:
    """Return the label of a raw name; ratings become ``rating:general`` and so on.

    Raises:
        ManifestError: no tag can be called so.
    """
    clean = normalize_tag_name(name)
    if not clean:
        raise ManifestError("one of its labels is empty")
    if len(clean) > 500 or not clean.isprintable():
        raise ManifestError(f"its label {clean[:50]!r} cannot be a tag name")
    if kind is TagCategory.RATING or clean.startswith(_RATING):
        bare = clean.removeprefix(_RATING).removeprefix("rating_")
        return Label(_RATING + _OLD_RATINGS.get(bare, bare), TagCategory.RATING)
    return Label(clean, kind)


def mapped_category(raw: str, spec: LabelSpec) -> TagCategory:
    """Return the category that a file calls ``raw``, by the manifest's map or by its own name."""
    for spelling in (raw, raw.lower()):
        if spelling in spec.category_map:
            return spec.category_map[spelling]
    if spec.category_map and raw.isdigit():
        raise ManifestError(f'{spec.file} has the category "{raw}", which is not mapped')
    return category(raw)
