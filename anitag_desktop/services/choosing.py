"""Choosing: the pictures that a retraining is about, with what people said of them.

Those that were corrected, with the user's word (of their regions, too; and what was imported, kept
apart), and some of
which nobody said anything: what the old model says of these is replayed, so that the new one does
not forget, and others of them show how far it strays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anitag_desktop.domain.correction import IMPORT_TRUST
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.dividing import TEST, TRAIN, VALIDATION, divide, group
from anitag_desktop.storage import questions, settings, told_evidence, training_pictures
from anitag_desktop.storage.training_pictures import PresentPicture

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store
    from anitag_desktop.storage.told_evidence import Told

_LOOKED_AT = 6_000
_LEAST_REPLAYED, _MOST_REPLAYED, _REPLAYED_FOR_EACH = 200, 4_000, 2
_MOST_GENERAL = 200


@dataclass(frozen=True, slots=True)
class ChosenPicture:
    """A picture; ``said`` and ``imported`` tell by tag name whether it has the tag.

    ``is_reviewed`` if the user looked at every tag of it; ``import_trust`` (0 to 1) is how much
    what was imported weighs beside the user's word.
    """

    facts: PresentPicture
    group: str
    part: str
    said: Mapping[str, bool] = field(default_factory=dict)
    imported: Mapping[str, bool] = field(default_factory=dict)
    is_reviewed: bool = False
    import_trust: float = IMPORT_TRUST

    @property
    def is_told(self) -> bool:
        """Whether anybody said anything of it."""
        return bool(self.said or self.imported)


@dataclass(frozen=True, slots=True)
class Choice:
    """The pictures of a retraining, those that were corrected first, and the tags named there."""

    pictures: tuple[ChosenPicture, ...]
    categories: Mapping[str, TagCategory]

    @property
    def told(self) -> list[ChosenPicture]:
        """The pictures that somebody said anything of, in whatever part."""
        return [one for one in self.pictures if one.is_told]

    @property
    def tuned(self) -> list[ChosenPicture]:
        """The corrected pictures that choose thresholds."""
        return [one for one in self.told if one.part == VALIDATION]

    @property
    def held_out(self) -> list[ChosenPicture]:
        """The pictures that judge: the user corrected them, and no model learns from them."""
        return [one for one in self.pictures if one.part == TEST and one.said]

    @property
    def named(self) -> list[tuple[ChosenPicture, str]]:
        """The pictures of which the user named one character, in whatever part, with the name."""
        found = []
        for one in self.pictures:
            names = [name for name, has in one.said.items() if has and self._is_character(name)]
            if len(names) == 1:
                found.append((one, names[0]))
        return found

    def _is_character(self, name: str) -> bool:
        return self.categories.get(name) is TagCategory.CHARACTER

    @property
    def general(self) -> list[ChosenPicture]:
        """The pictures that show how far a model strays where nobody corrected anything."""
        return [one for one in self.pictures if one.part == TEST and not one.is_told]

    @property
    def taught(self) -> list[ChosenPicture]:
        """The corrected pictures that are learnt from."""
        return [one for one in self.pictures if one.part == TRAIN and one.is_told]

    @property
    def replayed(self) -> list[ChosenPicture]:
        """The pictures of which only the old model's answers are learnt."""
        return [one for one in self.pictures if one.part == TRAIN and not one.is_told]


def choose(store: "Store", paths: LibraryPaths, *, is_whole: bool = False) -> Choice:
    """Return the pictures that a retraining is about now.

    ``is_whole`` takes as many of which nobody said anything as there can be, however few others
    there are.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``: the parts could not be noted.
    """
    with store.library.read() as conn:
        said, trust = told_evidence.with_denials(conn), settings.load(conn).import_trust
        imported = told_evidence.imported(conn) if trust else {}
        parts, reviewed = told_evidence.of_parts(conn), questions.fully_reviewed(conn)
        # A picture has what its regions have, except what the user rejected of the whole.
        by_user, by_import = _by_picture(parts, said), _by_picture(imported)
        told = training_pictures.named(conn, by_user.keys() | by_import.keys())
        some = training_pictures.first(conn, _LOOKED_AT)
    known = {one.sha256 for one in told}
    every = [*told, *(one for one in some if one.sha256 not in known)]
    groups = group(every)
    place_of = divide(paths.training / "parts.jsonl", groups)
    pictures = [
        ChosenPicture(
            one,
            groups[one.sha256],
            place_of[one.sha256],
            by_user.get(one.sha256, {}),
            by_import.get(one.sha256, {}),
            one.sha256 in reviewed,
            trust,
        )
        for one in every
    ]
    categories = {tag.name: tag.category for tag in (*parts, *said, *imported)}
    return Choice((*pictures[: len(told)], *_others(pictures, len(told), is_whole)), categories)


def _by_picture(*every: "Told") -> dict[str, dict[str, bool]]:
    """Return by picture what was said; what is told later counts."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for told in every:
        for tag, pictures in told.items():
            for sha256, has in pictures.items():
                found[sha256][tag.name] = has
    return found


def _others(pictures: list[ChosenPicture], told: int, is_whole: bool) -> Iterator[ChosenPicture]:
    """Yield the pictures of which nobody said anything that are replayed, or show straying.

    A look-alike of a corrected picture is none: it would be judged by what was learnt of its twin.
    """
    apart = {one.group for one in pictures[:told]}
    wanted = max(_LEAST_REPLAYED, min(_MOST_REPLAYED, _REPLAYED_FOR_EACH * told))
    room = {TRAIN: wanted, TEST: _MOST_GENERAL}
    if is_whole:
        room |= {TRAIN: _MOST_REPLAYED, VALIDATION: _MOST_REPLAYED}
    for one in pictures[told:]:
        if one.group not in apart and room.get(one.part, 0):
            room[one.part] -= 1
            yield one
