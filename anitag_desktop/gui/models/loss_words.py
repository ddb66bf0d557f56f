"""What forgetting a model would do, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anitag_desktop.gui.wording import counted, pictures, tr

if TYPE_CHECKING:
    from anitag_desktop.services.forgetting import ForgetPreview


def sentences(preview: ForgetPreview) -> list[str]:
    """Return what is lost, what stays, and how it would come back."""
    looked = tr("It looked at {pictures}. What it said of them goes.")
    stays = tr("What you said yourself stays.")
    return [
        f"{looked.format(pictures=pictures(preview.pictures))} {_tags(preview)} {stays}",
        _way_back(preview),
    ]


def _tags(preview: ForgetPreview) -> str:
    """Return what becomes of the pictures' tags."""
    if not preview.changed:
        return tr("No picture gets other tags by that.")
    words = tr("{lost} would go and {gained} come, on {pictures}.")
    if not preview.gained:
        words = tr("{lost} would go, from {pictures}.")
    if preview.is_estimate:
        words = f"{words} {tr('These numbers are estimated from a sample.')}"
    return words.format(
        lost=_count(preview.lost), gained=_count(preview.gained), pictures=pictures(preview.changed)
    )


def _way_back(preview: ForgetPreview) -> str:
    if any(one.is_active for one in preview.models):
        return tr(
            "It is in use and will look at its pictures again at once. To be rid of what it says, "
            "use another model first."
        )
    if any(one.is_here for one in preview.models):
        return tr("No undo brings it back, only the model itself, when it is used again.")
    return tr("Nothing brings it back: the model is not here any more.")


def _count(value: int) -> str:
    return counted(value, tr("{n} tag"), tr("{n} tags"))
