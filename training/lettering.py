"""Fonts for names of any script on pictures, and texts cut to the room that there is."""

from functools import cache, lru_cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

PREFERRED = (
    *("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "IPAGothic", "Hiragino Sans"),
    *("Yu Gothic", "Meiryo", "Microsoft YaHei", "Noto Serif CJK JP", "DejaVu Sans"),
)
LAST_LATIN = 0x24F
"""Pillow's own font has the letters up to here."""

CUT = "…"


def font_of(text: str, size: int) -> Font:
    """Return a font of so many pixels that has the letters of a text, if any here has them."""
    foreign = frozenset(letter for letter in text if ord(letter) > LAST_LATIN and letter != CUT)
    return _own(size) if not foreign else _covering(foreign, size)


def fitted(text: str, font: Font, width: float) -> str:
    """Return a text that is at most ``width`` pixels wide, cut at its end where it is longer."""
    if font.getlength(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle] + CUT) <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low] + CUT


@cache
def _own(size: int) -> Font:
    return ImageFont.load_default(size)


@lru_cache(1024)
def _covering(letters: frozenset[str], size: int) -> Font:
    wanted = {ord(letter) for letter in letters}
    for path, index in _candidates():
        if wanted <= _letters(path, index):
            return ImageFont.truetype(path, size, index)
    return _own(size)


@cache
def _candidates() -> tuple[tuple[str, int], ...]:
    try:
        from matplotlib.font_manager import fontManager
    except ModuleNotFoundError:
        return ()
    found = {}
    for font in fontManager.ttflist:
        if font.name in PREFERRED and font.style == "normal":
            place = (PREFERRED.index(font.name), abs(_weight(font.weight) - 400))
            found[place] = (font.fname, font.index)
    return tuple(found[place] for place in sorted(found))


def _weight(weight: int | str) -> int:
    return weight if isinstance(weight, int) else 700 if "bold" in weight else 400


@cache
def _letters(path: str, index: int) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(path, face_index=index).get_charmap())
