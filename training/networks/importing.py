"""Imports the file of a backbone's published weights."""

import hashlib
import shutil
from pathlib import Path

from safetensors import SafetensorError, safe_open

from anitag_desktop.domain.error import AnitagError
from training.networks.pretrained import imported_file, published


def import_weights(file: Path, backbone: str, sha256: str | None = None) -> tuple[Path, str]:
    """Copy a safetensors file to where trainings look; return its place and sha256.

    Raises:
        AnitagError: ``no_such_file``; ``bad_checkpoint`` for another file than ``sha256`` says or
            for what is no safetensors; ``bad_config`` for a backbone without published weights.
    """
    published(backbone)
    if not file.is_file():
        raise AnitagError("no_such_file", path=file)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and sha256.lower() != digest:
        raise AnitagError("bad_checkpoint", path=file, reason=f"its sha256 is {digest}")
    try:
        with safe_open(file, "pt") as tensors:
            list(tensors.keys())
    except (SafetensorError, OSError) as error:
        raise AnitagError("bad_checkpoint", path=file, reason=str(error)) from error
    target = imported_file(backbone)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".tmp-{target.name}")
    shutil.copyfile(file, staging)
    staging.replace(target)
    return target, digest
