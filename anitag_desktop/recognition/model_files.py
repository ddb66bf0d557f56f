"""The files of a model package: that they are there, whole, and what they say they are."""

import hashlib
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import ModelFile

WEIGHTS_LIMIT = 8 * 1024**3
PICKLES = (".pth", ".pt", ".ckpt", ".bin", ".pkl", ".pickle", ".h5", ".joblib")
"""Formats that may run code when they are loaded."""

MAY_RUN_CODE = "is of a format that may run code; only ONNX and safetensors are loaded"


def check_files(folder: Path, files: Iterable[ModelFile]) -> None:
    """Check names, presence, sizes and first bytes of every file; the hashes come later.

    Raises:
        ManifestError: naming the file and the check that failed.
    """
    for file in files:
        check_name(file.path)
        found = _size(folder / file.path, may_be_link=file.role != "external_data")
        if file.size is not None and found != file.size:
            raise ManifestError(f"{file.path} has {found} bytes instead of {file.size}")
        if found > WEIGHTS_LIMIT:
            raise ManifestError(f"{file.path} is larger than {WEIGHTS_LIMIT >> 30} GB")
        if file.role == "weights":
            check_weights(folder / file.path)


def check_name(path: str) -> None:
    """Refuse a path that leaves the folder, and file formats that may run code."""
    parts = PurePosixPath(path).parts
    bad = not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in path
    if bad or not path.isprintable():
        raise ManifestError(f'the file name "{path[:100]}" leaves the folder')
    if path.lower().endswith(PICKLES):
        raise ManifestError(f"{path} {MAY_RUN_CODE}")


def check_weights(path: Path) -> None:
    """Refuse what is named like a model and is something else: pointers, pages, pickles."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise ManifestError(f"{path.name} is empty")
    if head.startswith(b"version https://git-lfs"):
        raise ManifestError(
            f"{path.name} is a Git LFS pointer, not the model; download the file itself"
        )
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise ManifestError(f"{path.name} is a web page, not a model; download it again")
    if head.startswith((b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")):
        raise ManifestError(f"{path.name} is a pickle or an archive, which may run code")


def check_hashes(folder: Path, files: Iterable[ModelFile]) -> None:
    """Check the sha256 of every file whose manifest states one; reads the files whole."""
    for file in files:
        if file.sha256 is not None and sha256_of(folder / file.path) != file.sha256:
            raise ManifestError(f"the sha256 of {file.path} is not the one in the manifest")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(path: Path, *, may_be_link: bool) -> int:
    """Return the size of a regular file; download caches link to theirs, tensors never may."""
    try:
        found = path.stat(follow_symlinks=may_be_link)
    except OSError as error:
        raise ManifestError(f"{path.name} cannot be found ({error.strerror})") from error
    if not stat.S_ISREG(found.st_mode):
        raise ManifestError(f"{path.name} is not a regular file")
    return found.st_size
