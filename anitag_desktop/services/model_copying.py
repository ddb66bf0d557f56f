"""Copying a model package file by file: what its manifest names and its papers, nothing else."""

import re
from pathlib import Path

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from anitag_desktop.storage.files_on_disk import copy_private, make_private_folder, touch_private
from anitag_desktop.storage.interruptions import give_up_if_asked

_PAPERS = ("MODEL_CARD.md", "README.md", "LICENSE", "LICENSE.txt", "NOTICE", "ATTRIBUTION.txt")
_PAPER_LIMIT = 4 * 1024 * 1024


def folder_name(key: ModelKey) -> str:
    """Return the name of a model's folder; different keys have different names."""
    return f"{safe_name(key.model_id)}@{safe_name(key.revision)}"


def copy_package(package: ModelPackage, target: Path, *, without: tuple[str, ...] = ()) -> None:
    """Write a package's files and its manifest into the new folder ``target``, for its user alone.

    Files of the roles in ``without`` are left out.

    Raises:
        OSError: it could not be written; what was is still there.
        GivenUpError: nobody waits for it any more, see ``interruptions``.
    """
    make_private_folder(target)
    named = [file.path for file in package.manifest.files if file.role not in without]
    golden = [golden.path for golden in package.manifest.golden]
    for name in dict.fromkeys([*named, *golden, *_papers(package.folder)]):
        give_up_if_asked()
        copy = target / name
        make_private_folder(copy.parent)
        copy_private(package.folder / name, copy)
    manifest = target / MANIFEST_NAME
    touch_private(manifest)
    manifest.write_text(package.manifest_json, encoding="utf-8")


def _papers(folder: Path) -> list[str]:
    papers = [folder / name for name in _PAPERS]
    return [p.name for p in papers if p.is_file() and p.stat().st_size <= _PAPER_LIMIT]


def safe_name(text: str) -> str:
    """Return a text as part of a file name: what is not harmless stands as its code.

    That goes for a dot at the beginning, too: such folders are hidden ones.
    """
    return re.sub(r"^\.|[^a-z0-9._-]", lambda found: f"%{ord(found[0]):02x}", text)[:100]
