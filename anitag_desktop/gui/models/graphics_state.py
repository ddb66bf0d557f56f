"""What the page says of the graphics card, read on a task. No widgets here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anitag_desktop.domain.device import AUTOMATIC, device_name
from anitag_desktop.gui.wording import day, file_size, locale, tr

if TYPE_CHECKING:
    from anitag_desktop.services.accelerating import Graphics, Proof
    from anitag_desktop.services.library import Library


@dataclass(frozen=True, slots=True)
class GraphicsState:
    """``card`` is its name, ``facts`` what there is or could be, ``note`` what stands in the way.

    ``question`` is what is asked before something is downloaded, empty where nothing can be.
    """

    card: str = ""
    facts: str = ""
    note: str = ""
    question: str = ""
    is_installed: bool = False


def read_graphics(library: Library) -> GraphicsState:
    """Return what there is to say; programs of drivers may be asked."""
    seen = library.accelerating.look()
    state = state_of(seen, library.accelerating.proofs())
    device = library.configuring.settings().device
    if device == AUTOMATIC:
        return state
    words = tr("By the settings, models run on {device}.").format(device=device_name(device))
    return replace(state, note="\n".join(filter(None, [words, state.note])))


def state_of(seen: Graphics, proofs: tuple[Proof, ...]) -> GraphicsState:
    """Return what is said of the cards that were seen, and of what trying them has shown."""
    installed = seen.installed
    notes = []
    if installed is not None and installed.reason:
        notes.append(tr("Not used: {reason}.").format(reason=installed.reason))
    if seen.cards and seen.reason:
        has_some = seen.offer is not None or installed is not None
        words = (
            tr("Nothing better can be installed: {reason}.")
            if has_some
            else tr("Nothing can be installed for it: {reason}.")
        )
        notes.append(words.format(reason=seen.reason))
    lines = [] if installed is None else [_installed(installed.title, installed.packages)]
    lines += [_shown(proof) for proof in proofs]
    if seen.offer is not None:
        words = tr("{title} lets models run on it: {size} to download.")
        lines.append(words.format(title=seen.offer.title, size=file_size(seen.offer.bytes)))
    return GraphicsState(
        card="; ".join(seen.cards) or tr("No graphics card was found"),
        facts="\n".join(lines) or tr("Models run on the CPU."),
        note="\n".join(notes),
        question=_question(seen),
        is_installed=installed is not None,
    )


def _installed(title: str, packages: str) -> str:
    return tr("Installed: {title} ({package})").format(
        title=title, package=packages.partition(",")[0]
    )


def _shown(proof: Proof) -> str:
    """Return what was measured of one model, and when."""
    model = proof.subject.model.partition("@")[0].rpartition("/")[2]
    if proof.speed and proof.reason:
        words = tr("{model}, measured on {day}: slower than the CPU, {reason}.")
        return words.format(model=model, day=_day(proof.day), reason=proof.reason)
    if proof.reason:
        words = tr("{model}, tried on {day}: not used, {reason}.")
        return words.format(model=model, day=_day(proof.day), reason=proof.reason)
    words = tr("{model}, measured on {day}: {speed} times the CPU's speed, scores within {gap}.")
    speed = locale().toString(proof.speed, "g", 3)
    gap = locale().toString(proof.gap, "f", 4)
    return words.format(model=model, day=_day(proof.day), speed=speed, gap=gap)


def _day(text: str) -> str:
    """Return a day as people write it; what is none, as it stands."""
    try:
        return day(datetime.strptime(text, "%Y-%m-%d").replace(hour=12, tzinfo=UTC))
    except ValueError:
        return text


def _question(seen: Graphics) -> str:
    if seen.offer is None:
        return ""
    words = tr(
        "{title}: {size} to download, and about half as much again on the disk.\n{packages}\n\n"
        "It comes from the package index of Python (PyPI, or the one that pip is set up for) and "
        "is kept apart from everything else. Models are tried on it before they use it, and it can "
        "be removed again."
    )
    return words.format(
        title=seen.offer.title,
        size=file_size(seen.offer.bytes),
        packages=", ".join(map(str, seen.offer.wheels)),
    )
