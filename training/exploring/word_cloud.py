"""Word clouds: letters are as tall as the root of how often a tag or a word occurs."""

from collections import Counter
from collections.abc import Iterable, Mapping

from PIL import Image

from training.exploring.wording import legible
from training.lettering import PREFERRED
from training.reporting.figures import ACCENTS
from training.tokens.wordpiece import split_words

SIZE = (1200, 600)
MOST = 150
LEAST_LETTERS = 3
"""Shorter words say little."""


def words_of(counts: Mapping[str, int]) -> Counter[str]:
    """Return how often the words of tags occur (``blue_hair`` is two)."""
    found: Counter[str] = Counter()
    for name, count in counts.items():
        for word in split_words(name.replace("_", " ")):
            if len(word) >= LEAST_LETTERS or not word.isascii():
                found[word] += count
    return found


def cloud(counts: Mapping[str, int], seed: int) -> Image.Image:
    """Return the most frequent words as a picture; the same seed gives the same one."""
    from wordcloud import WordCloud

    common = Counter(counts).most_common(MOST)
    shown = {legible(name.replace("_", " "), 40): count**0.5 for name, count in common}
    colours = {word: ACCENTS[i % len(ACCENTS)] for i, word in enumerate(shown)}
    drawn = WordCloud(
        *_font(shown),
        width=SIZE[0],
        height=SIZE[1],
        background_color="white",
        random_state=seed,
        prefer_horizontal=1.0,
        relative_scaling=1.0,
        min_font_size=11,
        margin=6,
        color_func=lambda word, **_: colours[word],
    ).generate_from_frequencies(shown)
    image: Image.Image = drawn.to_image()
    return image


def _font(words: Iterable[str]) -> tuple[str, ...]:
    """Return the font for words: the cloud's own, or one that has their letters."""
    from matplotlib import font_manager

    if all(word.isascii() for word in words):
        return (font_manager.findfont("DejaVu Sans"),)
    there = set(font_manager.get_font_names())
    chosen = next((name for name in PREFERRED if name in there), "DejaVu Sans")
    return (font_manager.findfont(chosen),)
