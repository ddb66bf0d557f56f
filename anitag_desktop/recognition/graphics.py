"""The graphics cards of this machine and their drivers, as the system lists them.

Linux tells by files, Windows by its registry, macOS by what it runs on. No process is started.
"""

import platform
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NVIDIA, AMD, INTEL, APPLE, OTHER = "nvidia", "amd", "intel", "apple", "other"

_VENDORS = {"10de": NVIDIA, "1002": AMD, "1022": AMD, "8086": INTEL}
_NAMES = {NVIDIA: "NVIDIA", AMD: "AMD", INTEL: "Intel", APPLE: "Apple", OTHER: "unknown"}
_DISPLAY = "0x03"
"""PCI classes 0x03.... are displays."""

_REGISTRY = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
"""Where Windows keeps its display adapters, numbered 0000, 0001 ..."""


@dataclass(frozen=True, slots=True)
class GraphicsCard:
    """A card: whose it is, what it is called, and its driver's version (empty if not told)."""

    vendor: str
    name: str
    driver: str = ""

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.name}, driver {self.driver}" if self.driver else self.name


def graphics_cards(root: Path = Path("/")) -> tuple[GraphicsCard, ...]:
    """Return the cards; ``root`` is where a Linux system's files lie."""
    if sys.platform == "win32":
        return tuple(_registered())
    if sys.platform == "darwin":
        return (_apple(),)
    return tuple(_listed(root)) or tuple(_windows_below(root))


def machine_words(cards: tuple[GraphicsCard, ...]) -> str:
    """Return what a proof holds for: processor, cards and drivers."""
    return "; ".join([platform.machine(), *map(str, cards)])[:300]


def _listed(root: Path) -> Iterator[GraphicsCard]:
    """Yield what /sys lists on the PCI bus, with what NVIDIA's driver tells in /proc."""
    proc = root / "proc/driver/nvidia"
    for device in sorted((root / "sys/bus/pci/devices").glob("*")):
        if not _text(device / "class").startswith(_DISPLAY):
            continue
        vendor = _VENDORS.get(_text(device / "vendor").removeprefix("0x"), OTHER)
        code = _text(device / "device").removeprefix("0x")
        name = _named(proc, device.name) or f"{_NAMES[vendor]} graphics ({code})"
        yield GraphicsCard(vendor, name, _linux_driver(root, device, vendor))


def _windows_below(root: Path) -> Iterator[GraphicsCard]:
    """Yield the card that Windows lends to a Linux inside of it; nothing tells its name."""
    if (root / "usr/lib/wsl/lib/libcuda.so.1").exists():
        yield GraphicsCard(NVIDIA, "NVIDIA graphics, lent by Windows")


def _named(proc: Path, place: str) -> str:
    found = re.search(r"^Model:\s*(.+?)\s*$", _text(proc / "gpus" / place / "information"), re.M)
    return found[1][:100] if found else ""


def _linux_driver(root: Path, device: Path, vendor: str) -> str:
    """Return the version of the driver that serves a device; of those in the kernel, its own."""
    if vendor == NVIDIA:
        version = _text(root / "proc/driver/nvidia/version")
        found = re.search(r"Kernel Module[^\d]*?(?:for \S+\s+)?(\d+\.\d+(?:\.\d+)?)", version)
        return found[1] if found else ""
    driver = device / "driver"
    name = driver.resolve().name if driver.exists() else ""
    release = _text(root / "proc/sys/kernel/osrelease")
    return f"{name} {release}".strip() if name else ""


def _registered() -> Iterator[GraphicsCard]:
    import importlib

    registry: Any = importlib.import_module("winreg")
    for number in range(32):
        with suppress(OSError):
            path = f"{_REGISTRY}\\{number:04}"
            with registry.OpenKey(registry.HKEY_LOCAL_MACHINE, path) as key:
                yield registered_card(lambda name, key=key: registry.QueryValueEx(key, name)[0])


def registered_card(read: Any) -> GraphicsCard:
    """Return the card of a key of the registry; ``read`` gives its values by name.

    Raises:
        OSError: a value is not there, as in keys of adapters that are none.
    """
    code = re.search(r"ven_([0-9a-f]{4})", str(read("MatchingDeviceId")).lower())
    vendor = _VENDORS.get(code[1], OTHER) if code else OTHER
    name = str(read("DriverDesc"))[:100]
    driver = str(read("DriverVersion"))[:40]
    return GraphicsCard(vendor, name, _of_nvidia(driver) if vendor == NVIDIA else driver)


def _of_nvidia(version: str) -> str:
    """Return the version as NVIDIA counts: 32.0.15.8088 in Windows is 580.88."""
    digits = version.replace(".", "")[-5:]
    return f"{digits[:3]}.{digits[3:]}" if len(digits) == 5 and digits.isdigit() else version


def _apple() -> GraphicsCard:
    version = f"macOS {platform.mac_ver()[0]}"
    if platform.machine() == "arm64":
        return GraphicsCard(APPLE, "Apple graphics", version)
    return GraphicsCard(OTHER, "graphics of a Mac with an Intel processor", version)


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:4096].decode("utf-8", "replace").strip()
    except OSError:
        return ""
