"""What each of several models is for: which look at regions of pictures, not at the whole only."""

from collections.abc import Sequence

from anitag_desktop.recognition.model_package import ModelPackage

DETECTOR, EMBEDDER = "detector", "embedder"
"""Kinds of models that are used beside taggers."""

BESIDE = (DETECTOR, EMBEDDER)


def region_embedders(packages: Sequence[ModelPackage]) -> list[ModelPackage]:
    """Return the models that give regions their vectors.

    They are the embedders; without one, the first tagger that gives vectors does it.
    """
    embedders = [package for package in packages if package.manifest.kind == EMBEDDER]
    taggers = [p for p in packages if p.is_tagger and p.embedding is not None]
    return embedders or taggers[:1]
