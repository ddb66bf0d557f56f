"""The builds of ONNX Runtime that can be installed for graphics cards, and which one fits here.

They stand in ``resources/runtimes.toml``: every wheel with its size and sha256. Standard library
only.
"""

import platform
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anitag_desktop.recognition.fields import Fields
from anitag_desktop.recognition.graphics import GraphicsCard

CATALOGUE_NAME = "runtimes.toml"
_ANY = "any"


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file: a package at its version for one Python (``any`` for all), its size and hash."""

    name: str
    version: str
    python: str
    bytes: int
    sha256: str

    @property
    def requirement(self) -> str:
        """The line by which pip is asked for exactly this file."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Runtime:
    """What makes a provider available to cards of some vendors; the first wheel is the main one.

    ``least_driver`` is the version that the card's driver needs, empty if any will do.
    """

    id: str
    title: str
    provider: str
    vendors: tuple[str, ...]
    system: str
    machine: str
    least_driver: str
    wheels: tuple[Wheel, ...]

    @property
    def bytes(self) -> int:
        """The size of the download."""
        return sum(wheel.bytes for wheel in self.wheels)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is to run: system, machine and Python as the catalogue writes them."""

    system: str
    machine: str
    python: str


@dataclass(frozen=True, slots=True)
class Match:
    """What fits: ``runtime`` for ``card`` (None if nothing does), and why nothing better does."""

    runtime: Runtime | None
    card: GraphicsCard | None
    reason: str


def this_place() -> Place:
    """Return where this very program runs."""
    version = ".".join(map(str, sys.version_info[:2]))
    has_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
    python = version if has_lock else f"{version}t"
    return Place(platform.system().lower(), platform.machine().lower(), python)


def read_runtimes(path: Path) -> tuple[Runtime, ...]:
    """Return the catalogue, in its order of preference.

    Raises:
        ManifestError: it does not say what it has to.
    """
    top = Fields(tomllib.loads(path.read_text(encoding="utf-8")), "the catalogue")
    return tuple(_runtime(one) for one in top.objects("runtime"))


def match_runtime(
    runtimes: Sequence[Runtime], cards: Sequence[GraphicsCard], place: Place
) -> Match:
    """Return the first runtime for one of the cards that can run here."""
    reason = ""
    for runtime in runtimes:
        fitting = _for_place(runtime, place)
        for card in cards:
            if fitting is None or card.vendor not in runtime.vendors:
                continue
            if not _is_recent(card.driver, runtime.least_driver):
                reason = (
                    f"{runtime.title} needs the driver {runtime.least_driver} or newer, and "
                    f"{card.name} has {card.driver}"
                )
                continue
            return Match(fitting, card, reason)
    if not cards:
        reason = "no graphics card was found"
    return Match(None, None, reason or "there is no package for this card on this system")


def _for_place(runtime: Runtime, place: Place) -> Runtime | None:
    """Return a runtime with the wheels for one Python, None if it has none or is for elsewhere."""
    wheels = tuple(w for w in runtime.wheels if w.python in (_ANY, place.python))
    is_whole = {wheel.name for wheel in wheels} == {wheel.name for wheel in runtime.wheels}
    is_here = (runtime.system, runtime.machine) == (place.system, place.machine)
    return replace(runtime, wheels=wheels) if is_whole and is_here else None


def _is_recent(driver: str, least: str) -> bool:
    """Tell whether a driver is new enough; one whose version is not known is tried."""
    if not driver or not least:
        return True
    return _numbers(driver) >= _numbers(least)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isascii() and part.isdigit())


def _runtime(fields: Fields) -> Runtime:
    return Runtime(
        id=fields.text("id"),
        title=fields.text("title"),
        provider=fields.text("provider"),
        vendors=fields.texts("vendors"),
        system=fields.text("system"),
        machine=fields.text("machine"),
        least_driver=fields.text("least_driver", ""),
        wheels=tuple(_wheel(one) for one in fields.objects("wheel")),
    )


def _wheel(fields: Fields) -> Wheel:
    return Wheel(
        name=fields.text("name"),
        version=fields.text("version"),
        python=fields.text("python"),
        bytes=fields.integer("bytes"),
        sha256=fields.text("sha256"),
    )
