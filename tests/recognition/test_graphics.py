"""Graphics cards as systems list them; here from made files and a made registry."""

from pathlib import Path

import pytest

from anitag_desktop.recognition.graphics import (
    AMD,
    INTEL,
    NVIDIA,
    OTHER,
    GraphicsCard,
    graphics_cards,
    machine_words,
    registered_card,
)

VERSIONS = {
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27": "580.65.06",
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release": "580.95.05",
    "something else": "",
}


def add_device(root: Path, place: str, vendor: str, device: str, kind: str = "0x030000") -> Path:
    folder = root / "sys/bus/pci/devices" / place
    folder.mkdir(parents=True)
    for name, text in (("class", kind), ("vendor", vendor), ("device", device)):
        (folder / name).write_text(f"{text}\n")
    return folder


@pytest.mark.parametrize(("line", "version"), VERSIONS.items())
def test_nvidia(tmp_path: Path, line: str, version: str) -> None:
    add_device(tmp_path, "0000:01:00.0", "0x10de", "0x2504")
    add_device(tmp_path, "0000:01:00.1", "0x10de", "0x228e", kind="0x040300")
    card = tmp_path / "proc/driver/nvidia/gpus/0000:01:00.0"
    card.mkdir(parents=True)
    (card / "information").write_text("Model: \t\t NVIDIA GeForce RTX 3060\nIRQ:   148\n")
    (tmp_path / "proc/driver/nvidia/version").write_text(f"{line}\nGCC version: 13\n")
    assert graphics_cards(tmp_path) == (GraphicsCard(NVIDIA, "NVIDIA GeForce RTX 3060", version),)


def test_others_by_their_numbers(tmp_path: Path) -> None:
    folder = add_device(tmp_path, "0000:03:00.0", "0x1002", "0x73ff")
    (tmp_path / "amdgpu").mkdir()
    (folder / "driver").symlink_to(tmp_path / "amdgpu")
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "proc/sys/kernel/osrelease").write_text("6.12.1\n")
    add_device(tmp_path, "0000:00:02.0", "0x8086", "0x9a49", kind="0x038000")
    add_device(tmp_path, "0000:05:00.0", "0x1a03", "0x2000")
    assert graphics_cards(tmp_path) == (
        GraphicsCard(INTEL, "Intel graphics (9a49)"),
        GraphicsCard(AMD, "AMD graphics (73ff)", "amdgpu 6.12.1"),
        GraphicsCard(OTHER, "unknown graphics (2000)"),
    )


def test_none(tmp_path: Path) -> None:
    assert graphics_cards(tmp_path) == ()


def test_lent_by_windows(tmp_path: Path) -> None:
    library = tmp_path / "usr/lib/wsl/lib/libcuda.so.1"
    library.parent.mkdir(parents=True)
    library.touch()
    assert [card.vendor for card in graphics_cards(tmp_path)] == [NVIDIA]


def test_registry() -> None:
    values = {
        "MatchingDeviceId": r"PCI\VEN_10DE&DEV_2504",
        "DriverDesc": "NVIDIA GeForce RTX 3060",
        "DriverVersion": "32.0.15.8088",
    }
    found = registered_card(values.__getitem__)
    assert found == GraphicsCard(NVIDIA, "NVIDIA GeForce RTX 3060", "580.88")
    basic = values | {"MatchingDeviceId": r"ROOT\BasicDisplay"}
    assert registered_card(basic.__getitem__).vendor == OTHER


def test_words_tell_drivers_apart() -> None:
    old, new = GraphicsCard(NVIDIA, "RTX", "570"), GraphicsCard(NVIDIA, "RTX", "580")
    assert machine_words((old,)) != machine_words((new,))
    assert machine_words((new,)).endswith("RTX, driver 580")
