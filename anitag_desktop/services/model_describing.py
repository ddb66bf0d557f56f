"""Describing a downloaded model: its family's manifest, with what the catalogue knows of it."""

import json
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.catalogue import CatalogueModel
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.finding import describe_folder
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import touch_private


def describe(folder: Path, model: CatalogueModel, revision: str) -> None:
    """Write the manifest of the model in ``folder``, whose files came with the commit ``revision``.

    Raises:
        AnitagError: ``model_refused``: it is not the model that the catalogue means.
    """
    manifest = folder / MANIFEST_NAME
    try:
        manifest.unlink(missing_ok=True)
        found = describe_folder(folder)
        if found is None or (found["family"], found["kind"]) != (model.family, model.kind):
            raise ManifestError(f"its files are not those of a {model.kind} of {model.family}")
    except (ManifestError, OSError) as error:
        raise _refused(model, str(error)) from error
    with failures_of(manifest):
        touch_private(manifest)
        manifest.write_text(json.dumps(_with_facts(found, model, revision)), encoding="utf-8")
    labels = len(ModelPackage.load(folder).labels)
    if model.labels and labels != model.labels:
        raise _refused(model, f"it has {labels} labels instead of {model.labels}")


def _with_facts(found: dict[str, Any], model: CatalogueModel, revision: str) -> dict[str, Any]:
    decode = dict(found["decode"])
    if model.balance is not None:
        decode["thresholds"] = dict.fromkeys(decode["thresholds"], model.balance)
        decode["presets"] = {**decode.get("presets", {}), "balanced": decode["thresholds"]}
    return {
        **found,
        "id": model.id,
        "revision": revision,
        "title": model.title,
        "source": {"hub": model.repository, "revision": revision},
        "licence": {"spdx": model.licence, "url": model.page, "notice": model.terms},
        "metrics": [{"name": m.name, "value": m.value, "set": m.set} for m in model.metrics],
        "decode": decode,
        "provenance": "catalogue",
    }


def _refused(model: CatalogueModel, reason: str) -> AnitagError:
    return AnitagError("model_refused", path=model.id, reason=reason)
