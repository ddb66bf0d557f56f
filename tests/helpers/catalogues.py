"""A catalogue of one model that a fake hub has."""

import hashlib
from pathlib import Path

from tests.helpers import models
from tests.helpers.fake_hub import COMMIT, FakeHub

MODEL = "somebody/wd-test"
REPOSITORY = "Somebody/WD-Test"


def offer(hub: FakeHub, folder: Path, *, pinned: bool = True, **facts: object) -> Path:
    """Put a WD look-alike on the hub, and return a catalogue that lists it.

    ``facts`` are further fields of it, as TOML has them.
    """
    files = models.write_wd(folder / "published", 32)
    hub.files[REPOSITORY] = {path.name: path.read_bytes() for path in sorted(files.iterdir())}
    known = {
        "id": MODEL,
        "title": "WD Test",
        "summary": "It is small.",
        "family": "wd",
        "repository": REPOSITORY,
        "revision": COMMIT if pinned else "",
        "licence": "Apache-2.0",
        "labels": len(models.LABELS),
        "megabytes": 0.1,
    }
    lines = ["schema = 1", 'seen = "2026-11-21"', "[[model]]"]
    lines += [f"{name} = {_toml(value)}" for name, value in {**known, **facts}.items()]
    lines += ['metrics = [{ name = "macro F1", value = 0.5, set = "made up" }]', "files = ["]
    lines += [_file(n, c if pinned else b"") for n, c in hub.files[REPOSITORY].items()]
    catalogue = folder / "catalogue.toml"
    catalogue.write_text("\n".join([*lines, "]"]), encoding="utf-8")
    return catalogue


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _file(name: str, content: bytes) -> str:
    hashed = f', bytes = {len(content)}, sha256 = "{hashlib.sha256(content).hexdigest()}"'
    return f'  {{ path = "{name}"{hashed if content else ""} }},'
