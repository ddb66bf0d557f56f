"""Judging: what the user says of pictures that look alike. No file is touched, whatever is said."""

from collections.abc import Sequence

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.services.correcting import ActionView, view_of
from anitag_desktop.storage import images, judgements
from anitag_desktop.storage.store import Store

MOST = 200
"""Pictures in one judgement: every two of them are spoken of."""


class Judge:
    """Records verdicts; may be called from any thread. ``Corrector.undo`` takes them back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def call_same(self, best: int, others: Sequence[int], *, copies: bool = False) -> ActionView:
        """Say that pictures show the same and that ``best`` is better than each other.

        ``copies``: it is told what was said of the others' tags (by the user, an import or a rule)
        and not of its own, and gets their heart and stars where it has none.

        Raises:
            AnitagError: ``bad_value``, ``disk_full``, ``cannot_write``; nothing was changed.
        """
        return self._judge((best, *others), PairVerdict.SAME, copies=copies)

    def tell_apart(self, image_ids: Sequence[int], verdict: PairVerdict) -> ActionView:
        """Say that pictures are alternates, or no duplicates, every two of them.

        Raises:
            AnitagError: as above.
        """
        if verdict is PairVerdict.SAME:
            raise ValueError("of pictures that are the same one is better: call_same")
        return self._judge(tuple(image_ids), verdict)

    def forget(self, image_ids: Sequence[int]) -> ActionView:
        """Take back what was said of every two of the pictures.

        Raises:
            AnitagError: as above.
        """
        return self._judge(tuple(image_ids), None)

    def _judge(
        self, image_ids: Sequence[int], verdict: PairVerdict | None, *, copies: bool = False
    ) -> ActionView:
        self._expect(image_ids)
        label = _label(len(image_ids), verdict)
        row = self._store.library.write(
            lambda conn: judgements.judge(conn, image_ids, verdict, label, copies=copies)
        )
        return view_of(row, label)

    def _expect(self, image_ids: Sequence[int]) -> None:
        if len(set(image_ids)) < max(2, len(image_ids)):
            reason = "name at least two pictures, as none can be compared with itself"
            raise AnitagError("bad_value", reason=reason)
        if len(image_ids) > MOST:
            raise AnitagError("bad_value", reason=f"at most {MOST} pictures are judged at once")
        with self._store.library.read() as conn:
            known = images.facts(conn, image_ids)
        if len(known) < len(image_ids):
            raise AnitagError("picture_gone")


def _label(count: int, verdict: PairVerdict | None) -> str:
    words = {
        PairVerdict.SAME: "Call {n} pictures the same",
        PairVerdict.ALTERNATES: "Call {n} pictures alternates",
        PairVerdict.DIFFERENT: "Call {n} pictures no duplicates",
        None: "Forget how {n} pictures stand to each other",
    }
    return words[verdict].format(n=count)
