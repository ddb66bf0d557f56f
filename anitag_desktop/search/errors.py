"""What is wrong with a search text, and where."""

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.search.query import Extent


class QueryError(AnitagError):
    """The text is not a search.

    ``position`` and ``end`` (characters, from 0, the end not included) mark what is wrong;
    ``code`` and ``params`` say why. As a string: where, counted from 1, and the sentence. Both
    are 0 when the error is not in the text but in the order that was asked for beside it.
    """

    def __init__(self, extent: Extent, code: str, **params: object) -> None:
        super().__init__(f"query_{code}", **params)
        self.position = extent.start
        self.end = extent.end

    @property
    def reason(self) -> str:
        """The sentence without the position."""
        return super().__str__()

    def __str__(self) -> str:
        if not self.end:
            return self.reason
        return f"At character {self.position + 1}: {self.reason}"
