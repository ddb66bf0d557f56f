"""Which accelerators are there, told by files as their packages lay them."""

import sys
from pathlib import Path

import pytest

from anitag_desktop.recognition import packaged as module
from anitag_desktop.recognition.packaged import packaged


def write(site: Path, *names: str) -> Path:
    for name in names:
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return site


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (
            (
                "onnxruntime/capi/libonnxruntime_providers_cuda.so",
                "onnxruntime/capi/libonnxruntime_providers_tensorrt.so",
            ),
            {"cuda", "tensorrt"},
        ),
        (("onnxruntime/capi/onnxruntime_providers_cuda.dll",), {"cuda"}),
        (("onnxruntime/capi/DirectML.dll",), {"directml"}),
        (("onnxruntime/capi/libonnxruntime_providers_openvino.so",), {"openvino"}),
        (("onnxruntime/capi/libonnxruntime_providers_shared.so",), set()),
        (("onnxruntime_ep_webgpu/__init__.py",), {"webgpu"}),
    ],
)
def test_packages_are_known_by_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], found: set[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert set(packaged(write(tmp_path, *names))) >= found
    assert set(packaged(write(tmp_path, *names))) <= found | set(packaged())


def test_every_mac_has_coreml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "coreml" in packaged(write(tmp_path, "onnxruntime/capi/a.dylib"))


def test_torch_counts_where_the_card_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None if name != "torch" else object())
    assert ("cuda" in packaged()) == Path("/dev/nvidiactl").exists()


def test_nothing_is_imported(tmp_path: Path) -> None:
    write(tmp_path, "onnxruntime/__init__.py", "onnxruntime/capi/x.so")
    (tmp_path / "onnxruntime/__init__.py").write_text("raise SystemExit")
    assert isinstance(packaged(tmp_path), tuple)
