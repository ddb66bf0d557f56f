"""Numbers, times and errors in words, in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from anitag_desktop.domain.error import MESSAGES, AnitagError
from anitag_desktop.domain.tag import TagCategory

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QDateTime, QLocale

_CONTEXT = "anitag"


def tr(text: str) -> str:
    """Return ``text`` in the user's language."""
    return QCoreApplication.translate(_CONTEXT, text)


def locale() -> QLocale:
    """Return the user's locale."""
    # Qt's list of all languages is long: it is loaded after the first paint.
    from PySide6.QtCore import QLocale

    return QLocale()


def number(value: int) -> str:
    """Return a count with the locale's separators."""
    return locale().toString(value)


def counted(value: int, one: str, many: str) -> str:
    """Return ``one`` or ``many`` (translated, with ``{n}``) filled with a count."""
    return (one if value == 1 else many).format(n=number(value))


def pictures(value: int) -> str:
    """Return ``3 pictures``."""
    return counted(value, tr("{n} picture"), tr("{n} pictures"))


def file_size(size: int) -> str:
    """Return a size in bytes as ``2.4 MB``."""
    from PySide6.QtCore import QLocale

    precision = 0 if size < 1_000_000 else 1
    return locale().formattedDataSize(size, precision, QLocale.DataSizeFormat.DataSizeSIFormat)


def day(moment: datetime) -> str:
    """Return a day as ``12 Nov 2026``."""
    return _local(moment).toString("d MMM yyyy")


def minute(moment: datetime) -> str:
    """Return a moment as ``12 Nov 2026, 14:05``."""
    return _local(moment).toString("d MMM yyyy, HH:mm")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units, as ``3 min 39 s``."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return tr("{hours} h {minutes} min").format(hours=number(hours), minutes=minutes)
    if minutes:
        return tr("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return tr("{seconds} s").format(seconds=rest)


def tag_text(name: str) -> str:
    """Return a tag's name as it is read: spaces for underscores, kaomoji left alone."""
    return name if len(name) <= 3 else name.replace("_", " ")


def percent(score: float) -> str:
    """Return a score as whole percents without a sign; only 1.0 is 100."""
    return str(min(int(score * 100), 99)) if score < 1.0 else "100"


def category_name(category: TagCategory) -> str:
    """Return the heading of a category's tags."""
    return {
        TagCategory.ARTIST: tr("Artist"),
        TagCategory.COPYRIGHT: tr("Copyright"),
        TagCategory.CHARACTER: tr("Character"),
        TagCategory.GENERAL: tr("General"),
        TagCategory.META: tr("Meta"),
        TagCategory.RATING: tr("Rating"),
    }[category]


def error_text(error: BaseException) -> str:
    """Return an error as a sentence for the user."""
    if isinstance(error, AnitagError) and error.code in MESSAGES:
        translated = QCoreApplication.translate("errors", MESSAGES[error.code])
        return translated.format(**error.params)
    return str(error) or type(error).__name__


def _local(moment: datetime) -> QDateTime:
    from PySide6.QtCore import QDateTime

    return QDateTime.fromMSecsSinceEpoch(round(moment.timestamp() * 1000))
