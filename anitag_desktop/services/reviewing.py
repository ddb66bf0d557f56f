"""Reviewing: what is most worth a look of the user's, and taking the answers in.

An answer is an ordinary correction: logged with the model and the score seen, undone with one key.
That a question was asked, whether it was drawn by lot, and what was looked at and kept, is noted
with it: answers to questions say more than corrections that nobody asked for.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.question import NOT_FOR_TRAINING, Answer, Measured, Question, Why
from anitag_desktop.domain.tag import Tag
from anitag_desktop.services.correcting import ActionView, Corrector, perform
from anitag_desktop.storage import actions, questions, subjects, verdicts
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.corrections import known_tag

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store

SESSION = 50
"""So many questions are asked at a time."""

RANDOM_SHARE = 0.15
"""So many of them are drawn by lot."""

_LATEST = 200
"""So many answers to questions drawn by lot tell how right the tags are: models change."""


class Reviewer:
    """Knows what to ask next; may be called from any thread."""

    def __init__(self, store: "Store", correcting: Corrector) -> None:
        self._store = store
        self._correcting = correcting

    def questions(
        self, limit: int = SESSION, seen: Collection[tuple[int, str]] = ()
    ) -> list[Question]:
        """Return what to ask next, the most worth first; none that nobody looked at yet.

        ``seen`` are the keys of questions not to ask again. Those drawn by lot lie between the
        others. As long as nothing is said, the same questions come.
        """
        # Only here: they bring NumPy with them.
        from anitag_desktop.services import question_gathering
        from anitag_desktop.services.question_choosing import choose

        with self._store.library.read() as conn:
            asked = question_gathering.asked_tags(conn)
            return choose(conn, asked, seen, limit, round(limit * RANDOM_SHARE))

    def measured(self) -> Measured:
        """Return how right the tags are, as the last answers say that were drawn by lot."""
        with self._store.library.read() as conn:
            found = questions.by_lot_right(conn, _LATEST)
        return Measured(sum(found), len(found))

    def doubtful_labels(self, limit: int = SESSION) -> list[Question]:
        """Return what was said and does not fit the rest, the least likely first.

        Learns each tag several times: some seconds, minutes after tens of thousands of corrections.
        """
        from anitag_desktop.services.label_doubting import doubtful

        with self._store.library.read() as conn:
            return doubtful(conn, limit)

    def answer(self, question: Question, answer: Answer, name: str = "") -> ActionView:
        """Record an answer as one action; ``name`` is the tag that it is instead (``RELABEL``).

        Raises:
            AnitagError: ``bad_tag_name``, ``bad_value``, ``disk_full``, ``cannot_write``.
        """
        pictures, tag = [question.image_id], question.tag.name
        if answer is Answer.YES:
            action = self._correcting.correct(pictures, confirm=[tag])
        elif answer is Answer.NO:
            action = self._correcting.correct(pictures, reject=[tag])
        elif answer is Answer.RELABEL:
            action = self._correcting.correct(pictures, reject=[tag], add=[name])
        elif answer is Answer.LEAVE_OUT:
            action = self._correcting.correct(pictures, add=[f"meta:{NOT_FOR_TRAINING}"])
        else:
            return perform(self._store, f"Keep {tag}", self._notes(question, "kept"))
        return self._noted(action, question, answer)

    def keep(
        self, image_ids: Sequence[int], names: Sequence[str], within: ActionView | None = None
    ) -> ActionView:
        """Say that what was said of these tags on pictures is right, so that none doubts it again.

        One action, or a part of ``within``.

        Raises:
            AnitagError: as ``check_kept``, ``disk_full``, ``cannot_write``.
        """
        with self._store.library.read() as conn:
            notes = list(_kept(conn, image_ids, names))
        if within is None or (action_id := within.id) is None:
            return perform(self._store, f"Keep {', '.join(names)}", notes)
        self._store.library.write(lambda conn: actions.join(conn, action_id, notes))
        return within

    def check_kept(self, image_ids: Sequence[int], names: Sequence[str]) -> None:
        """Make sure that something was said of each of these tags, before anything else is done.

        Raises:
            AnitagError: ``unknown_tag``, ``nothing_to_keep`` (of a tag nothing was said there).
        """
        with self._store.library.read() as conn:
            list(_kept(conn, image_ids, names))

    def _noted(self, action: ActionView, question: Question, answer: Answer) -> ActionView:
        """Note with an answer that its question was asked."""
        action_id = action.id
        is_asked = answer is not Answer.LEAVE_OUT and Why.LABEL not in question.reasons
        if is_asked and action_id is not None:
            kind = "lot" if Why.RANDOM in question.reasons else "asked"
            is_right = question.has == (answer is Answer.YES)
            notes = self._notes(question, kind, is_right=is_right)
            self._store.library.write(lambda conn: actions.join(conn, action_id, notes))
        return action

    def _notes(self, question: Question, kind: str, **more: object) -> list[Command]:
        with self._store.library.read() as conn:
            uids = subjects.picture_uids(conn, [question.image_id])
        return [_note(uid, question.tag, kind) | more for uid in uids.values()]


def _kept(conn: "Connection", image_ids: Sequence[int], names: Sequence[str]) -> Iterator[Command]:
    """Yield the notes that settle labels which are not settled yet."""
    said = {(one.image_id, one.tag_id) for one in verdicts.of_images(conn, image_ids)}
    uids, settled = subjects.picture_uids(conn, image_ids), questions.settled(conn)
    for name in dict.fromkeys(names):
        row = known_tag(conn, name)
        if row is None:
            raise AnitagError("unknown_tag", name=name)
        labelled = [uid for image, uid in uids.items() if (image, row.tag_id) in said]
        if not labelled:
            raise AnitagError("nothing_to_keep", name=row.tag.name)
        for uid in labelled:
            if (uid, row.tag.uid) not in settled:
                yield _note(uid, row.tag, "kept")


def _note(uid: str, tag: Tag, kind: str) -> Command:
    plain = {"uid": tag.uid, "name": tag.name, "category": tag.category.value}
    return {"op": questions.NOTE, "subject": uid, "tag": plain, "kind": kind, "is_over": False}
