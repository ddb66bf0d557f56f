"""One labelled picture."""

from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.domain.correction import IMPORT_TRUST


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture file with what is known of it.

    ``group`` keeps what is nearly the same picture (or the same seed, page, character) together
    when a set is split. ``tags`` are general and meta tags, ``characters`` character tags;
    ``rating`` is a rating's value or None where it is unknown. ``source`` names the set.
    ``identity`` names who is shown, also where it is no character with a name ("" = not told); it
    is the class that recognition learns. ``caption`` are the tags in the order of their file.
    With ``absent`` (of any category) everything is known that is: all other tags are unknown,
    whatever the set says of silence. Of what is known, a person said all but the ``imported`` tags,
    which weigh ``import_trust`` (0 to 1) as much.
    """

    path: Path
    source: str
    group: str
    tags: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    copyrights: frozenset[str] = frozenset()
    rating: str | None = None
    characters_known: bool = True
    part: str = ""
    identity: str = ""
    caption: tuple[str, ...] = ()
    absent: frozenset[str] | None = None
    imported: frozenset[str] = frozenset()
    import_trust: float = IMPORT_TRUST
