"""Accelerators: what ONNX Runtime calls execution providers, how each is asked, and why it is not.

The options are those of onnxruntime.ai/docs/execution-providers; where nothing stands the defaults
of the provider hold.
"""

import ctypes
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from anitag_desktop.recognition.device_failure import diagnose

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
TENSORRT = "TensorrtExecutionProvider"
MIGRAPHX = "MIGraphXExecutionProvider"
DIRECTML = "DmlExecutionProvider"
WEBGPU = "WebGpuExecutionProvider"
OPENVINO = "OpenVINOExecutionProvider"
COREML = "CoreMLExecutionProvider"

PREFERENCE = (CUDA, TENSORRT, MIGRAPHX, DIRECTML, WEBGPU, OPENVINO, COREML)
"""The order in which they are tried. TensorRT comes after CUDA, because it compiles each network
for minutes; CoreML comes last, because it is often slower with these networks than the CPU."""

OPTIONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        CUDA: {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"},
        # Half precision gave nonsense with taggers. Without the device it would take the CPU.
        OPENVINO: {"device_type": "GPU", "precision": "FP32"},
        COREML: {"ModelFormat": "MLProgram", "MLComputeUnits": "ALL"},
    }
)

PLUGINS = MappingProxyType({WEBGPU: "onnxruntime_ep_webgpu"})
"""Packages that bring a provider as a library of its own, beside whichever ONNX Runtime."""

LIBRARIES = MappingProxyType(
    {
        CUDA: "onnxruntime_providers_cuda",
        TENSORRT: "onnxruntime_providers_tensorrt",
        MIGRAPHX: "onnxruntime_providers_migraphx",
        OPENVINO: "onnxruntime_providers_openvino",
    }
)
_NAMES = MappingProxyType(
    {TENSORRT: "TensorRT", DIRECTML: "DirectML", WEBGPU: "WebGPU", OPENVINO: "OpenVINO"}
)


def short(provider: str) -> str:
    """Return a provider's name as people say it: ``CPU``, ``CUDA``, ``DirectML``."""
    return _NAMES.get(provider, provider.removesuffix("ExecutionProvider"))


def provider_of(device: str) -> str:
    """Return the provider that people call so, in any letter case."""
    return next(name for name in (CPU, *PREFERENCE) if short(name).lower() == device.lower())


def installed() -> tuple[str, ...]:
    """Return the accelerators whose package is there, in the order of preference."""
    import onnxruntime

    built_in = onnxruntime.get_available_providers()
    return tuple(name for name in PREFERENCE if name in built_in or _has_plugin(name))


def runtime_version() -> str:
    """Return which ONNX Runtime is loaded, its build included: ``onnxruntime-gpu 1.31.1``."""
    import onnxruntime

    package = getattr(onnxruntime, "package_name", None) or "onnxruntime"
    return f"{package} {onnxruntime.__version__}"


def open_session(
    model: str | bytes, options: Any, names: list[str], more: Mapping[str, str]
) -> Any:
    """Make a session on the first of ``names``; it never changes to the CPU behind our backs.

    ``more`` are options of the first provider beside those that always hold.

    Raises:
        Exception: whatever ONNX Runtime raises.
    """
    import onnxruntime

    first = names[0]
    if first in (CUDA, TENSORRT) and hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()  # CUDA's libraries lie in packages beside it
    if first == DIRECTML:
        options.enable_mem_pattern = False  # as its documentation demands
    if first in PLUGINS:
        options.add_provider_for_devices(_plugin_devices(onnxruntime, first), {})
        wanted = None
    else:
        wanted = [(name, dict(OPTIONS.get(name, {}))) for name in names]
        wanted[0][1].update(more)
    session = onnxruntime.InferenceSession(model, options, wanted, enable_fallback=False)
    session.disable_fallback()
    return session


def why_not(provider: str) -> str:
    """Return why a provider that is installed does not start, as far as its library tells it."""
    import onnxruntime

    capi = Path(onnxruntime.__file__).parent / "capi"
    name = LIBRARIES.get(provider)
    found = [path for path in sorted(capi.glob(f"*{name}*")) if path.is_file()] if name else []
    for path in found:
        try:
            _load_shared(capi)
            ctypes.CDLL(str(path))
        except OSError as error:
            return f"it does not start on this machine: {diagnose(error).words}"
    return "it is installed and does not start on this machine"


def _load_shared(capi: Path) -> None:
    """Load what every provider's library refers to, so that only what is missing is missed."""
    mode = ctypes.RTLD_GLOBAL if sys.platform != "win32" else ctypes.DEFAULT_MODE
    for path in capi.glob("*onnxruntime_providers_shared*"):
        ctypes.CDLL(str(path), mode)


def _has_plugin(provider: str) -> bool:
    package = PLUGINS.get(provider)
    return package is not None and find_spec(package) is not None


def _plugin_devices(onnxruntime: Any, provider: str) -> list[Any]:
    """Register a plug-in and return the devices that it can run on.

    Raises:
        RuntimeError: it finds none.
    """
    library = import_module(PLUGINS[provider]).get_library_path()
    if not _devices_of(onnxruntime, provider):
        onnxruntime.register_execution_provider_library(short(provider), library)
    devices = _devices_of(onnxruntime, provider)
    if not devices:
        raise RuntimeError("it finds no device that it can run on")
    return devices


def _devices_of(onnxruntime: Any, provider: str) -> list[Any]:
    """Return a GPU for a provider, only one: several would be asked to share the network."""
    found = [device for device in onnxruntime.get_ep_devices() if device.ep_name == provider]
    return found[:1]
