"""The catalogue that ships: whole, and with the right answer for each kind of machine."""

import re

import pytest

from anitag_desktop.paths import resources
from anitag_desktop.recognition.accelerator import PREFERENCE
from anitag_desktop.recognition.graphics import AMD, APPLE, INTEL, NVIDIA, OTHER, GraphicsCard
from anitag_desktop.recognition.runtime_catalogue import (
    CATALOGUE_NAME,
    Place,
    match_runtime,
    read_runtimes,
    this_place,
)

RUNTIMES = read_runtimes(resources() / CATALOGUE_NAME)
LINUX = Place("linux", "x86_64", "3.11")
WINDOWS = Place("windows", "amd64", "3.12")
MAC = Place("darwin", "arm64", "3.13")


def test_every_wheel_is_fixed() -> None:
    for runtime in RUNTIMES:
        assert runtime.provider in PREFERENCE
        assert runtime.wheels
        for wheel in runtime.wheels:
            assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256)
            assert wheel.bytes > 1_000_000
            assert re.fullmatch(r"[0-9.]+", wheel.version)
            assert wheel.python == "any" or re.fullmatch(r"3\.1[1-9]", wheel.python)
    hashes = [wheel.sha256 for runtime in RUNTIMES for wheel in runtime.wheels]
    assert len(hashes) == len(set(hashes))


def test_exactly_one_build_of_onnx_runtime_in_each() -> None:
    for runtime in RUNTIMES:
        builds = {wheel.name for wheel in runtime.wheels if wheel.name.startswith("onnxruntime")}
        assert builds == {runtime.wheels[0].name}


@pytest.mark.parametrize(
    ("place", "vendor", "driver", "found"),
    [
        (LINUX, NVIDIA, "580.65.06", "cuda"),
        (LINUX, NVIDIA, "", "cuda"),
        (LINUX, NVIDIA, "550.54", "webgpu"),
        (LINUX, AMD, "amdgpu 6.12", "webgpu"),
        (LINUX, INTEL, "i915 6.12", "openvino"),
        (Place("linux", "x86_64", "3.14"), INTEL, "", "webgpu"),
        (WINDOWS, NVIDIA, "581.0", "cuda"),
        (WINDOWS, NVIDIA, "536.23", "directml"),
        (WINDOWS, AMD, "32.0", "directml"),
        (WINDOWS, INTEL, "32.0", "directml"),
        (MAC, APPLE, "macOS 15.1", "webgpu"),
        (LINUX, OTHER, "", None),
        (Place("linux", "riscv64", "3.11"), NVIDIA, "580", None),
        (Place("linux", "x86_64", "3.13t"), NVIDIA, "580", "webgpu"),
    ],
)
def test_what_fits(place: Place, vendor: str, driver: str, found: str | None) -> None:
    match = match_runtime(RUNTIMES, [GraphicsCard(vendor, "card", driver)], place)
    assert (match.runtime and match.runtime.id) == found
    assert match.runtime is not None or match.reason
    if match.runtime is not None:
        names = [wheel.name for wheel in match.runtime.wheels]
        assert len(names) == len(set(names))


def test_old_driver_is_named_as_what_stands_between() -> None:
    match = match_runtime(RUNTIMES, [GraphicsCard(NVIDIA, "RTX", "550.54")], LINUX)
    assert match.reason == (
        "ONNX Runtime for NVIDIA needs the driver 580 or newer, and RTX has 550.54"
    )


def test_the_better_card_counts() -> None:
    cards = [GraphicsCard(INTEL, "Intel"), GraphicsCard(NVIDIA, "RTX", "580.1")]
    match = match_runtime(RUNTIMES, cards, LINUX)
    assert (match.runtime.id, match.card.vendor) == ("cuda", NVIDIA)


def test_this_place_is_written_as_the_catalogue_writes_it() -> None:
    assert this_place().system in {"linux", "windows", "darwin"}
