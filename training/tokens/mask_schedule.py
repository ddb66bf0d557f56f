"""How many tokens are hidden at which step: animesion's schedules."""

import math
from dataclasses import dataclass

BERT_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class MaskSchedule:
    """``none``, ``bert`` (always 0.15), ``full`` (always all) or ``sigmoid`` (none, more, all).

    Of ``steps`` the first ``warm_up`` share hides nothing and the last ``cool_down`` share all;
    what animesion calls a sigmoid is half a cosine between.
    """

    name: str
    steps: int
    warm_up: float = 0.1
    cool_down: float = 0.5

    def share_at(self, step: int) -> float:
        """Return the chance (0 to 1) with which each tag is hidden at a step."""
        if self.name == "sigmoid":
            return self._rising(step)
        return {"none": 0.0, "bert": BERT_SHARE, "full": 1.0}[self.name]

    @property
    def is_on(self) -> bool:
        """Whether tokens are ever hidden, so that there is something to guess."""
        return self.name != "none"

    def _rising(self, step: int) -> float:
        warm, cool = int(self.warm_up * self.steps), int(self.cool_down * self.steps)
        if step < warm:
            return 0.0
        if step > self.steps - cool:
            return 1.0
        middle = max(1, self.steps - warm - cool)
        return 1 - 0.5 * (1 + math.cos(math.pi * min(1.0, (step - warm) / middle)))
