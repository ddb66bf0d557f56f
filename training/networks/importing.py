"""Imports the file of a backbone's published weights."""

import hashlib
from pathlib import Path

from safetensors.torch import save_file

from anitag_desktop.domain.error import AnitagError
from training.networks.foreign import PICKLES, read_tensors
from training.networks.pretrained import imported_file, published


def import_weights(file: Path, backbone: str, sha256: str | None = None) -> tuple[Path, str]:
    """Copy the tensors of a file to where trainings look; return their place and its sha256.

    The file is safetensors, or a pickle of PyTorch's hub, of which nothing but tensors is taken;
    how the sha256 of that begins stands in its name on the hub.

    Raises:
        AnitagError: ``no_such_file``; ``bad_checkpoint`` for another file than ``sha256`` or the
            hub says, and for what holds no tensors; ``bad_config`` for a backbone without published
            weights.
    """
    known = published(backbone)
    if not file.is_file():
        raise AnitagError("no_such_file", path=file)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    wanted = sha256.lower() if sha256 else known.digest if file.suffix in PICKLES else ""
    if not digest.startswith(wanted):
        reason = f"its sha256 is {digest}, and not {wanted}"
        raise AnitagError("bad_checkpoint", path=file, reason=reason)
    tensors = read_tensors(file)
    target = imported_file(backbone)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".tmp-{target.name}")
    save_file({name: value.contiguous().clone() for name, value in tensors.items()}, staging)
    staging.replace(target)
    return target, digest
