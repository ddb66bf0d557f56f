"""The personal head: all that corrections and examples taught, as one value that scores pictures.

It speaks of the tags that the user corrected, in place of the models, and of the characters that
the user taught.
"""

from typing import NamedTuple

import numpy as np

from anitag_desktop.learning import calibration, gallery, rows
from anitag_desktop.learning.calibration import Calibration
from anitag_desktop.learning.faces import Faces
from anitag_desktop.learning.gallery import Taught
from anitag_desktop.learning.rivals import Rivals, heard, start
from anitag_desktop.learning.rows import Rows
from anitag_desktop.learning.space import Floats, Space, Vectors

UNKNOWN = 0.02
"""What counts as the score of a tag of which no model says anything."""

_UNSURE = 0.49


class Tags(NamedTuple):
    """The tags that it knows by rows, in the order of the rows.

    ``uids`` are the tags'; ``evidence`` has a digest of what each row was learnt from;
    ``is_sure`` is False where that was too little for more than suggestions. ``rivals`` are those
    that a row started from, ``reliance`` (0 to 1) how much of the model's answer.
    """

    uids: tuple[str, ...]
    evidence: tuple[str, ...]
    is_sure: tuple[bool, ...]
    rows: Rows
    calibration: Calibration
    rivals: tuple[Rivals, ...]
    reliance: tuple[float, ...]

    @property
    def heard(self) -> tuple[str, ...]:
        """Of which tags (uids) it needs the models' scores; the first ones are its own."""
        return heard(self.uids, self.rivals)


class PersonalHead(NamedTuple):
    """What was learnt; ``strangers`` are some of the library's vectors, in the space of all.

    ``faces`` speaks of parts of pictures, and of those alone; None where nothing is known of any.
    """

    space: Space
    tags: Tags
    characters: tuple[str, ...]
    taught: tuple[Taught, ...]
    strangers: Vectors
    faces: Faces | None = None

    @property
    def uids(self) -> tuple[str, ...]:
        """Of which tags of whole pictures it speaks, in the order of ``scores``; each once."""
        return (*self.tags.uids, *self.characters)

    @property
    def thresholds(self) -> dict[str, float]:
        """From which score on tags known by rows best count; one half where nobody knows."""
        return dict(zip(self.tags.uids, self.tags.calibration.thresholds.tolist(), strict=True))

    def scores(self, vectors: Floats, said: Floats) -> Floats:
        """Return a score (picture, tag), 0 to 1, of pictures with these vectors, as they came.

        ``said`` are the models' scores of ``tags.heard``, 0 where none said any.
        """
        from scipy.special import expit

        placed = self.space.place(vectors)
        logits = rows.logit(said, UNKNOWN)
        starts = start(self.tags.uids, self.tags.rivals, logits, self.tags.heard)
        starts *= np.array(self.tags.reliance, np.float32)
        answers = rows.answers(self.tags.rows, placed, starts)
        found: Floats = expit(self.tags.calibration.logits(answers))
        found[:, ~np.array(self.tags.is_sure, np.bool_)] *= _UNSURE
        shown = gallery.recognise(self.taught, self.strangers, placed)
        is_nothing = ~placed.any(axis=1)
        every: Floats = np.concatenate((found, shown), axis=1)
        every[is_nothing] = 0
        return every


def empty_head(space: Space) -> PersonalHead:
    """Return a head that knows nothing."""
    nothing = np.empty((0, len(space.middle)), np.float32)
    tags = Tags((), (), (), Rows(nothing, np.empty(0, np.float32)), calibration.plain(0), (), ())
    return PersonalHead(space, tags, (), (), nothing)
