"""Retrying what would come out otherwise now, and nothing else.

Another model or revision has no runs yet, so pictures wait for it by themselves; thresholds are
applied to what is stored. Here is the rest: another way of preparing pictures for a model, and
other decoders for files that could not be read.
"""

import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from anitag_desktop.recognition.formats import FORMATS
from anitag_desktop.recognition.operations import in_words
from anitag_desktop.storage import retries
from anitag_desktop.watching.rules import PICTURE_SUFFIXES

if TYPE_CHECKING:
    from anitag_desktop.recognition.model_package import ModelPackage
    from anitag_desktop.storage.store import Store

_DECODERS = ("pillow", "pylibjxl", "pi-heif")


def retry_what_changed(store: "Store", packages: "Sequence[ModelPackage]") -> None:
    """Let files and pictures wait whose outcome may be another one now."""
    decoders = "; ".join((*FORMATS, *map(_installed, _DECODERS)))
    store.library.write(lambda conn: retries.follow_decoders(conn, decoders, PICTURE_SUFFIXES))
    for package in packages:
        words = in_words(package.manifest.preprocess)
        preparation = hashlib.sha256(words.encode()).hexdigest()
        store.index.write(
            partial(retries.follow_preparation, key=package.key, preparation=preparation)
        )


def _installed(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"
