"""Packages that want their own Python code to be run, as PixAI v1.0: never, so they are refused.

So are tags beside weights whose name says no architecture: what it is stands in a script only.
"""

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.description import Description, Family
from anitag_desktop.recognition.foreign.model_folder import ModelFolder

_CONFIG, _TAGS = "config.json", "tags.json"


def _describe(folder: ModelFolder) -> Description | None:
    if folder.weights is not None:
        return None
    if _CONFIG not in folder.names:
        _refuse_scripted(folder)
        return None
    config = folder.json(_CONFIG)
    if isinstance(config, dict) and ({"tags", "tags_split"} <= set(config) or "auto_map" in config):
        raise ManifestError(
            "it wants code of its own to be run, which anitag never does; "
            "look for an ONNX export of it"
        )
    return None


def _refuse_scripted(folder: ModelFolder) -> None:
    if _TAGS in folder.names and folder.ending(".safetensors") is not None:
        raise ManifestError(
            "none of its files says of what shape the network is, only a script of its authors "
            "does, which anitag never runs; look for an ONNX export of it"
        )


FAMILY = Family("remote_code", 140, _describe)
