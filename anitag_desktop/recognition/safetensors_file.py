"""What a safetensors file says of itself: the names, types and shapes of its tensors.

Eight bytes tell the length of a JSON header; the tensors' bytes follow it without gaps.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.recognition.fields import Fields, ManifestError

_HEADER_LIMIT = 32 * 1024 * 1024
_METADATA = "__metadata__"


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor of a file: its type as it is written there (``F32``), and its shape."""

    type: str
    shape: tuple[int, ...]


def read_tensors(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a file by name.

    Raises:
        ManifestError: it is no safetensors file, or is cut off.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(_HEADER_LIMIT, size):
            raise ManifestError(f"{path.name} is not a safetensors file, or is damaged")
        content = file.read(length)
    try:
        found = Fields(json.loads(content), f"the header of {path.name}")
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path.name} is not a safetensors file, or is damaged") from error
    end = 8 + length
    tensors: dict[str, StoredTensor] = {}
    for name in found.raw:
        if name != _METADATA:
            fields = found.object(name)
            tensors[name] = StoredTensor(fields.text("dtype"), _shape(fields))
            end = max(end, 8 + length + fields.integers("data_offsets", 2)[1])
    if end > size:
        raise ManifestError(f"{path.name} is cut off: its tensors end after it")
    return tensors


def _shape(fields: Fields) -> tuple[int, ...]:
    shape = fields.raw.get("shape")
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise ManifestError("a tensor has no shape")
    return tuple(shape)
