"""Packages that want their own Python code to be run, as PixAI v1.0: never, so they are refused."""

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder

_CONFIG = "config.json"


def _describe(folder: ModelFolder) -> Description | None:
    if folder.weights is not None or _CONFIG not in folder.names:
        return None
    config = folder.json(_CONFIG)
    if isinstance(config, dict) and ({"tags", "tags_split"} <= set(config) or "auto_map" in config):
        raise ManifestError(
            "it wants code of its own to be run, which anitag never does; "
            "look for an ONNX export of it"
        )
    return None


FAMILY = Family("remote_code", 140, _describe)
