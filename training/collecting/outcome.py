"""What became of one address."""

from enum import StrEnum


class Outcome(StrEnum):
    """Exactly one for each address that was to be brought."""

    OK = "ok"
    DUPLICATE = "duplicate"
    STATUS = "status"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    NOT_A_PICTURE = "not_a_picture"
    DAMAGED = "damaged"
    NOT_THE_FILE = "not_the_file"
    REFUSED_ADDRESS = "refused_address"
    REDIRECTS = "redirects"
    BAD_ADDRESS = "bad_address"
    HIDDEN = "hidden"
    OTHER_RATING = "other_rating"


GOOD = frozenset({Outcome.OK, Outcome.DUPLICATE})

_PASSING = frozenset({Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.CUT_OFF})
_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


def may_pass(outcome: Outcome, status: int | None) -> bool:
    """Tell whether the same address may give its picture later."""
    return outcome in _PASSING or (outcome is Outcome.STATUS and status in _PASSING_STATUS)


class NotBroughtError(Exception):
    """Why there is no picture; ``wait`` is for how many seconds the site wants to be left alone."""

    def __init__(
        self, outcome: Outcome, reason: str = "", *, status: int | None = None, wait: float = 0.0
    ) -> None:
        self.outcome = outcome
        self.reason = reason
        self.status = status
        self.wait = wait
        super().__init__(reason or outcome.value)

    @property
    def may_pass(self) -> bool:
        """Whether it may help to try again."""
        return may_pass(self.outcome, self.status)
