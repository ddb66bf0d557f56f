"""What the strip says of a job. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.gui.wording import duration, locale, number, tr

if TYPE_CHECKING:
    from anitag_desktop.services.progressing import TaggingProgress


@dataclass(frozen=True, slots=True)
class Job:
    """``share`` is done of it, 0 to 1, None where nobody can know.

    ``stop_words`` say what stopping does, empty where it cannot be stopped. ``is_trouble`` marks a
    sentence about why nothing goes on, ``is_still`` that there is neither progress nor speed to be
    shown.
    """

    title: str
    share: float | None
    facts: str
    can_pause: bool = False
    stop_words: str = ""
    is_paused: bool = False
    is_trouble: bool = False
    is_still: bool = False

    @property
    def can_stop(self) -> bool:
        """Whether it can be stopped."""
        return bool(self.stop_words)


def tagging_job(progress: TaggingProgress) -> Job | None:
    """Return the job that ``progress`` tells of, None when there is nothing to say."""
    if progress.error:
        return Job(progress.error, None, "", is_trouble=True, is_still=True)
    if progress.state == "idle" or progress.done >= progress.total:
        return None
    is_paused = progress.state == "paused"
    words = tr("Paused at {done} of {total}") if is_paused else tr("Tagging {done} of {total}")
    return Job(
        title=words.format(done=number(progress.done), total=number(progress.total)),
        share=progress.done / progress.total,
        facts="" if is_paused else " · ".join(_facts_of(progress)),
        can_pause=True,
        stop_words=tr("Stop tagging until you start it again"),
        is_paused=is_paused,
    )


def _facts_of(progress: TaggingProgress) -> list[str]:
    facts = []
    if progress.rate:
        facts.append(tr("{rate} pictures/s").format(rate=rate_text(progress.rate)))
    if progress.provider:
        measured = tr("{provider}, measured") if progress.measured else tr("{provider}")
        facts.append(measured.format(provider=progress.provider))
    if progress.seconds_left is not None:
        facts.append(tr("{time} left").format(time=duration(progress.seconds_left)))
    if progress.note:
        facts.append(progress.note)
    return facts


def rate_text(rate: float) -> str:
    """Return pictures per second: whole from 10 on, one decimal below."""
    return locale().toString(rate, "f", 0 if rate >= 10 else 1)
