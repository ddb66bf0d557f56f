"""Published models by the sha256 of their weights: a renamed file is still known."""

import logging
from functools import cache

from anitag_desktop.paths import bundled_models
from anitag_desktop.recognition.catalogue import CATALOGUE_NAME, CatalogueModel, read_catalogue
from anitag_desktop.recognition.fields import ManifestError

_WEIGHTS = (".onnx", ".safetensors")

_log = logging.getLogger(__name__)


@cache
def known_weights() -> dict[str, CatalogueModel]:
    """Return the models of the catalogue whose weights' sha256 and commit are known, by sha256."""
    try:
        models = read_catalogue(bundled_models() / CATALOGUE_NAME)
    except (ManifestError, OSError) as error:
        _log.error("the catalogue of models is left out: %s", error)
        return {}
    return {
        file.sha256: model
        for model in models
        for file in model.files
        if file.sha256 and model.revision and file.path.endswith(_WEIGHTS)
    }
