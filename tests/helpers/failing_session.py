"""A session of ONNX Runtime on a device that fails."""

from typing import Any


class FailingSession:
    """Says that it runs on ``provider``; every run raises what the device says."""

    def __init__(self, real: Any, provider: str, text: str) -> None:
        self._real, self._provider, self._text = real, provider, text

    def get_outputs(self) -> Any:
        return self._real.get_outputs()

    def get_providers(self) -> list[str]:
        return [self._provider, "CPUExecutionProvider"]

    def run(self, *_: object) -> list[Any]:
        raise RuntimeError(self._text)
