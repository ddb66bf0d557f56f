"""How accelerators fail: what they say, and what it means for what is done next."""

import re
from dataclasses import dataclass

MEMORY = "memory"
LOST = "lost"
UNFIT = "unfit"
OTHER = "other"

_SIGNS: tuple[tuple[str, str, str], ...] = (
    (
        MEMORY,
        "its memory is full",
        r"out of memory|failed to allocate memory|bfcarena|alloc_failed|8007000e|"
        r"e_outofmemory|not enough (gpu )?memory|cl_out_of_resources|"
        r"cl_mem_object_allocation_failure|hip(error)?outofmemory",
    ),
    (
        UNFIT,
        "its driver is too old for this package",
        r"driver version is insufficient|cuda failure 35\b|driver is too old|unsupported ptx",
    ),
    (
        UNFIT,
        "the driver of the card is not installed",
        r"(libcuda\.so|nvcuda\.dll|libamdhip64\.so)[\w.]*\W.{0,20}(cannot open|missing|not found)",
    ),
    (
        UNFIT,
        "this package has no code for this graphics card",
        r"no kernel image is available|cuda failure 209\b|invalid device function",
    ),
    (
        UNFIT,
        "no graphics card of this kind is there",
        r"no cuda-capable device|cuda failure 100\b|finds no device",
    ),
    (
        LOST,
        "the device was lost or reset",
        r"887a000[567]|device (was )?(removed|lost|hung|reset)|device_(removed|hung|reset|lost)|"
        r"gpu device instance has been suspended|illegal memory access|"
        r"unspecified launch failure|launch timed out|cuda failure (46|700|702|719|999)\b",
    ),
)
"""What is told, and by which words ONNX Runtime, torch and the drivers say it (any case)."""

_MISSING = re.compile(
    r"(lib[\w.+-]+\.so[\w.]*|[\w.+-]+\.(?:dll|dylib))\W{0,3}(?:: )?"
    r"(?:cannot open shared object file|is missing|not found|image not found|could not be found)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a failure of a device means: its kind, and in words."""

    kind: str
    words: str


class DeviceError(Exception):
    """A device could not do what was asked of it; nothing is said against model or picture."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        super().__init__(diagnosis.words)


def diagnose(error: BaseException) -> Diagnosis:
    """Return what an exception and those that caused it mean."""
    text = " ".join(" ".join(_texts(error)).split())
    for kind, words, pattern in _SIGNS:
        if re.search(pattern, text, re.IGNORECASE):
            return Diagnosis(kind, words)
    missing = _MISSING.search(text)
    if missing:
        return Diagnosis(UNFIT, f"{missing[1]} is missing")
    return Diagnosis(OTHER, text[:200] or type(error).__name__)


def _texts(error: BaseException) -> list[str]:
    """Return what an exception and its causes say, the first cause first."""
    texts: list[str] = []
    found: BaseException | None = error
    while found is not None and len(texts) < 5:
        texts.insert(0, str(found))
        found = found.__cause__
    return texts
