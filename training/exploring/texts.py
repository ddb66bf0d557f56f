"""The part about texts: how many tokens captions have, and which are hidden when."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from anitag_desktop.domain.error import AnitagError
from training.config import TaskConfig
from training.datasets.sample import LabelledPicture
from training.exploring.out_folder import OutFolder
from training.exploring.plots import histogram, titled
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.reporting.figures import ACCENTS, GREY, Plot
from training.tokens.mask_schedule import MaskSchedule
from training.tokens.tag_vocabulary import TagVocabulary
from training.tokens.tokenizer import PADDING, Tokenizer
from training.tokens.wordpiece import WordPieces

LENGTHS = (8, 16, 32, 64, 128, 256)
SCHEDULES = ("none", "bert", "full", "sigmoid")
POINTS = 1000
COLUMNS = ("length", "whole tags fit, %", "word pieces fit, %")
MOST_TEXTS = 50_000
"""Of more captions as many are drawn: their lengths hardly differ."""


def explore_texts(subject: Subject, out: OutFolder) -> Section | None:
    """Count the tokens of captions by both tokenizers; None of a set without captions."""
    rows = subject.drawn(MOST_TEXTS)
    captions = [found for row in rows if (found := caption_of(subject.pictures[row]))]
    if not captions:
        return None
    task = subject.config.task
    try:
        tags = token_lengths(captions, TagVocabulary.build(captions, task.least_count))
    except AnitagError:
        tags = token_lengths(captions, TagVocabulary.build(captions, 1))
    pieces = token_lengths(captions, WordPieces.build(captions, task.least_count))
    section = Section("Texts", _told(captions, tags, pieces, subject))
    section.plots = [
        histogram("tokens_tags", "Whole tags", tags, "tokens of a text, ends counted", whole=True),
        histogram("tokens_words", "Word pieces", pieces, "tokens, ends counted", whole=True),
        schedule_plot(task, marked=not subject.is_bare_set),
    ]
    fits = [
        [length, *(100 * float(np.mean(np.asarray(some) <= length)) for some in (tags, pieces))]
        for length in LENGTHS
    ]
    section.tables = [out.table("token_lengths", "How long a text has to be", COLUMNS, fits)]
    section.numbers = {
        "captions": len(captions),
        "longest": max(tags),
        "longest_pieces": max(pieces),
    }
    return section


def caption_of(picture: LabelledPicture) -> Sequence[str]:
    """Return the tags in their order."""
    return picture.caption or sorted(picture.tags)


def token_lengths(captions: Sequence[Sequence[str]], tokenizer: Tokenizer) -> list[int]:
    """Return how many tokens captions have, begin and end counted."""
    # No tokenizer makes more tokens than there are letters.
    rooms = (2 + sum(2 * len(tag) for tag in caption) for caption in captions)
    encoded = (tokenizer.encode(c, room) for c, room in zip(captions, rooms, strict=True))
    return [sum(token != PADDING for token in tokens) for tokens in encoded]


def schedule_plot(task: TaskConfig, *, marked: bool) -> Plot:
    """Return which share of the tokens the schedules hide over a run; ``marked`` the config's."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, "Hidden tokens over a run")
        for number, name in enumerate(SCHEDULES):
            schedule = MaskSchedule(name, POINTS, task.mask_warm_up, task.mask_cool_down)
            shares = [100 * schedule.share_at(step) for step in range(POINTS + 1)]
            chosen = marked and name == task.mask_schedule
            width = 3.0 if chosen else 1.4
            label = f"{name} (this config)" if chosen else name
            steps = np.linspace(0, 100, POINTS + 1)
            axes.plot(steps, shares, color=ACCENTS[number], linewidth=width, label=label)
        for border in (task.mask_warm_up, 1 - task.mask_cool_down):
            axes.axvline(100 * border, color=GREY, linestyle="--", linewidth=0.8)
        axes.set_xlabel("% of the steps")
        axes.set_ylabel("% of the tokens hidden")
        axes.set_ylim(-4, 104)
        figure.legend(loc="outside lower left", ncols=len(SCHEDULES))

    note = f"Dashed: warm-up ({task.mask_warm_up:.0%}) and cool-down ({task.mask_cool_down:.0%})."
    return Plot("mask_schedules", draw, (4.8, 3.2), note)


def _told(
    captions: Sequence[Sequence[str]], tags: list[int], pieces: list[int], subject: Subject
) -> list[str]:
    length = subject.config.task.length
    cut = np.mean(np.asarray(tags) > length)
    return [
        f"{subject.of(len(captions)).capitalize()} with a caption.",
        f"Whole tags: {np.mean(tags):.1f} tokens on average, 95 % have at most "
        f"{np.percentile(tags, 95):.0f}. Word pieces of the set's own words: "
        f"{np.mean(pieces):.1f}, 95 % at most {np.percentile(pieces, 95):.0f}.",
        f"With task.length = {length}, {100 * cut:.1f} % of the captions are cut (whole tags).",
    ]
