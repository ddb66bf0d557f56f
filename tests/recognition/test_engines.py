"""What TensorRT is told, so that it compiles a network once: it was never run here."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from anitag_desktop.recognition import accelerator, providers
from anitag_desktop.recognition.accelerator import CPU, TENSORRT
from anitag_desktop.recognition.device_failure import UNFIT, DeviceError, Diagnosis
from anitag_desktop.recognition.engines import EngineStore
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.proof import Subject
from anitag_desktop.recognition.providers import Means
from anitag_desktop.recognition.session import open_on
from tests.helpers import models

HERE = Subject(TENSORRT, "a/model@1:abc", "onnxruntime-gpu 1.31.1", "a card, driver 580")


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    return ModelPackage.load(models.write_package(tmp_path / "model"))


@pytest.fixture
def store(tmp_path: Path) -> EngineStore:
    return EngineStore(tmp_path / "engines", 16)


def test_the_session_is_told_where_engines_lie(
    package: ModelPackage, store: EngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[tuple[str, dict[str, str]]]] = []

    def session(_model: object, _options: object, wanted: list, **_words: object) -> None:
        asked.append(wanted)
        raise RuntimeError("there is no TensorRT here")

    monkeypatch.setattr("onnxruntime.InferenceSession", session)
    monkeypatch.setattr("onnxruntime.preload_dlls", lambda: None)
    with pytest.raises(DeviceError):
        open_on(package, [TENSORRT, CPU], store.of(package, HERE).options())
    ((first, options), second) = asked[0]
    (folder,) = store.root.iterdir()
    assert (first, second) == (TENSORRT, (CPU, {}))
    assert options == {
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(folder),
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(folder),
        **{
            f"trt_profile_{name}_shapes": f"pixels:{count}x3x32x32"
            for name, count in (("min", 1), ("opt", 16), ("max", 16))
        },
    }


def test_only_tensorrt_is_told(package: ModelPackage, store: EngineStore, monkeypatch) -> None:
    told: list[object] = []

    def start(_package: ModelPackage, name: str, more: object = None) -> None:
        told.append((name, more))
        raise DeviceError(Diagnosis(UNFIT, "it is not there"))

    monkeypatch.setattr(providers, "_start", start)
    available = [accelerator.CUDA, TENSORRT]
    chosen = providers.open_model(package, Means(available=available, engines=store))
    assert chosen.provider == CPU
    assert [(name, more is not None) for name, more in told] == [
        (accelerator.CUDA, False),
        (TENSORRT, True),
    ]


def test_an_engine_is_for_one_model_runtime_and_driver(
    package: ModelPackage, store: EngineStore
) -> None:
    others = [replace(HERE, **{part: "another"}) for part in ("model", "runtime", "machine")]
    folders = [store.of(package, subject).folder for subject in (HERE, *others)]
    assert len(set(folders)) == 4
    assert store.of(package, HERE).folder == folders[0]


def test_the_oldest_make_room(package: ModelPackage, store: EngineStore) -> None:
    for number in range(10):
        folder = store.of(package, replace(HERE, model=str(number))).folder
        os.utime(folder, (number, number))
    left = store.of(package, replace(HERE, model="9")).folder
    assert left.is_dir()
    assert len(list(store.root.iterdir())) == 8


def test_batches_that_cannot_be_are_not_compiled(package: ModelPackage, store: EngineStore) -> None:
    def profile(**changes: object) -> dict[str, str]:
        changed = replace(package, manifest=replace(package.manifest, **changes))
        return store.of(changed, HERE).profile

    assert profile(max_batch=1) == {}
    assert profile(max_batch=4)["trt_profile_max_shapes"].startswith("pixels:4x")
    masked = replace(package.manifest.input, mask="mask")
    assert profile(input=masked) == {}
    rows = replace(package.manifest.input, layout="NHWC", size=(96, 64))
    assert profile(input=rows)["trt_profile_min_shapes"] == "pixels:1x64x96x3"


def test_a_damaged_engine_is_compiled_anew(
    package: ModelPackage, store: EngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = store.of(package, HERE)
    (engines.folder / "x.engine").write_bytes(b"cut off")
    tries: list[list[str]] = []

    def start(_package: ModelPackage, _name: str, _more: object) -> str:
        tries.append([path.name for path in engines.folder.iterdir()])
        if tries[-1]:
            raise DeviceError(Diagnosis(UNFIT, "it cannot be read"))
        return "started"

    monkeypatch.setattr(providers, "_start", start)
    assert providers._start_compiled(package, engines) == "started"
    assert tries == [["x.engine"], []]
