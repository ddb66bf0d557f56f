"""What drivers say is understood, whatever the letter case and however deep it is wrapped."""

import pytest

from anitag_desktop.recognition.device_failure import LOST, MEMORY, OTHER, UNFIT, diagnose
from tests.helpers import true_errors

KINDS = [
    *((text, MEMORY) for text in true_errors.MEMORY),
    *((text, LOST) for text in true_errors.LOST),
    *((text, UNFIT) for text in true_errors.UNFIT),
    ("Got invalid dimensions for input: pixels", OTHER),
    ("", OTHER),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kind(text: str, kind: str) -> None:
    assert diagnose(RuntimeError(text)).kind == kind
    wrapped = ValueError("the model could not be run")
    wrapped.__cause__ = RuntimeError(text.upper())
    assert diagnose(wrapped).kind == kind


def test_missing_driver_is_told_from_missing_libraries() -> None:
    text = "libcuda.so.1: cannot open shared object file: No such file or directory"
    assert diagnose(OSError(text)).words == "the driver of the card is not installed"
    other = "libcudart.so.13: cannot open shared object file: No such file or directory"
    assert diagnose(OSError(other)).words == "libcudart.so.13 is missing"


def test_missing_libraries_are_named() -> None:
    assert diagnose(OSError(true_errors.CUDNN_MISSING)).words == "libcudnn.so.9 is missing"
    windows = 'LoadLibrary failed with error 126: "cudnn64_9.dll" is missing.'
    assert diagnose(OSError(windows)).words == "cudnn64_9.dll is missing"


def test_what_is_not_known_is_quoted_in_part() -> None:
    assert diagnose(RuntimeError("x\n y" * 500)).words.startswith("x yx y")
    assert len(diagnose(RuntimeError("x" * 500)).words) == 200
    assert diagnose(RuntimeError()).words == "RuntimeError"
