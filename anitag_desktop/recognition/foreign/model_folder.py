"""What lies in a folder that may be a model: names, and the contents that tell families apart."""

import csv
import io
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from anitag_desktop.recognition.fields import Fields
from anitag_desktop.recognition.model_files import check_weights
from anitag_desktop.recognition.network_file import read_network
from anitag_desktop.recognition.onnx_file import OnnxSignature
from anitag_desktop.recognition.side_files import read_json, read_text

_MOST = 10_000


class ModelFolder:
    """A folder's evidence, each piece read once; every reader raises ``ManifestError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.json = cache(self._json)
        self.rows = cache(self._rows)
        self.network = cache(self._network)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its files, without those in folders below."""
        files = (p.name for p in self.path.iterdir() if p.is_file())
        return frozenset(name for _, name in zip(range(_MOST), files, strict=False))

    def first(self, *names: str) -> str | None:
        """Return the first of these files that is there."""
        return next((name for name in names if name in self.names), None)

    def ending(self, suffix: str) -> str | None:
        """Return the only file whose name ends so."""
        found = [name for name in self.names if name.lower().endswith(suffix)]
        return found[0] if len(found) == 1 else None

    @property
    def weights(self) -> str | None:
        """The network: ``model.onnx``, or the only ONNX file there is."""
        return self.first("model.onnx") or self.ending(".onnx")

    def fields(self, name: str) -> Fields:
        """Return the JSON object in a file."""
        return Fields(self.json(name), name)

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the header of a CSV file."""
        return tuple(next(iter(self.rows(name)), {}))

    def _json(self, name: str) -> Any:
        return read_json(self.path / name)

    def _rows(self, name: str) -> list[dict[str, str | None]]:
        text = read_text(self.path / name)
        try:
            return list(csv.DictReader(io.StringIO(text, newline="")))
        except csv.Error:
            return []

    def _network(self, name: str) -> OnnxSignature:
        check_weights(self.path / name)
        return read_network(self.path / name)
