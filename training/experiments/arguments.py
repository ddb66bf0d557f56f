"""Settings as the arguments of ``training train``."""

import json
from collections.abc import Mapping
from typing import Any


def as_arguments(settings: Mapping[str, Any]) -> list[str]:
    """Return ``--set NAME=VALUE`` for each setting, values as TOML writes them in a line."""
    pairs = ((name, as_toml(value)) for name, value in settings.items())
    return [part for name, value in pairs for part in ("--set", f"{name}={value}")]


def as_toml(value: Any) -> str:
    """Return a plain value as TOML in one line; JSON and TOML write the simple ones alike."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(name)} = {as_toml(v)}" for name, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(as_toml(v) for v in value)}]"
    return json.dumps(value, ensure_ascii=False)
