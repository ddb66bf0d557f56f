"""What models are to run on, as people say it."""

AUTOMATIC = "automatic"
"""The fastest that proves itself, else the CPU."""

CPU = "cpu"

ACCELERATORS = ("cuda", "tensorrt", "migraphx", "directml", "webgpu", "openvino", "coreml")

DEVICES = (AUTOMATIC, CPU, *ACCELERATORS)

_NAMES = {
    "tensorrt": "TensorRT",
    "migraphx": "MIGraphX",
    "directml": "DirectML",
    "webgpu": "WebGPU",
    "openvino": "OpenVINO",
    "coreml": "CoreML",
}


def device_name(device: str) -> str:
    """Return how a device is written: ``CUDA``, ``DirectML``."""
    return _NAMES.get(device, device.upper())
