"""Finding the graphics cards: what the system lists, and what NVIDIA's own program adds to it."""

import shutil
import subprocess
from collections.abc import Sequence

from anitag_desktop.recognition.graphics import NVIDIA, GraphicsCard, graphics_cards

_QUESTION = ("--query-gpu=name,driver_version", "--format=csv,noheader")
_PATIENCE = 10.0


def find_cards() -> tuple[GraphicsCard, ...]:
    """Return the cards of this machine; those in a container may be known to NVIDIA only."""
    found = graphics_cards()
    is_told = any(card.vendor == NVIDIA and card.driver for card in found)
    if is_told or (found and not any(card.vendor == NVIDIA for card in found)):
        return found
    asked = read_answer(_ask())
    return (*asked, *(card for card in found if card.vendor != NVIDIA)) if asked else found


def read_answer(answer: str) -> Sequence[GraphicsCard]:
    """Return the cards that nvidia-smi lists: a line for each, with its name and driver."""
    pairs = [line.rpartition(",") for line in answer.splitlines()]
    return tuple(
        GraphicsCard(NVIDIA, name.strip()[:100], driver.strip()[:40])
        for name, _, driver in pairs
        if name and driver.strip()[:1].isdigit()
    )


def _ask() -> str:
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *_QUESTION], capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
