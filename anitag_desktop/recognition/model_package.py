"""A model package: a folder with a manifest, weights and labels, checked before it is believed.

Standard library only: the window lists models with it. What needs the network itself (its real
inputs, what it answers) is checked by the worker process, in ``session`` and ``verification``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.foreign.finding import describe_folder
from anitag_desktop.recognition.label_line import LabelLine
from anitag_desktop.recognition.labels import read_labels
from anitag_desktop.recognition.manifest import Manifest, OutputSpec, parse_manifest
from anitag_desktop.recognition.model_files import (
    MAY_RUN_CODE,
    PICKLES,
    check_files,
    check_hashes,
    check_name,
)
from anitag_desktop.recognition.network_checks import check_network
from anitag_desktop.recognition.side_files import read_json

MANIFEST_NAME = "anitag-model.json"
_SERIES = TagCategory.COPYRIGHT


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A model that passed the checks which need no inference.

    ``labels`` stand in the order of the score output, or of the classes of boxes (empty for an
    embedder). ``series`` has the tags of the series that a character's tag stands for.
    ``manifest_json`` is the manifest's document, also where it was made from foreign files.
    """

    folder: Path
    key: ModelKey
    manifest: Manifest
    labels: tuple[Label, ...]
    thresholds: Thresholds
    series: Mapping[str, tuple[str, ...]]
    manifest_json: str

    @classmethod
    def load(cls, folder: Path) -> "ModelPackage":
        """Read and check the package in a folder, without its hashes.

        Raises:
            AnitagError: ``not_a_model`` if the folder holds none, ``model_refused`` with the
                check that failed otherwise.
        """
        found = _manifest_document(folder)
        try:
            return _checked(folder, found)
        except ManifestError as error:
            raise AnitagError("model_refused", path=str(folder), reason=str(error)) from error

    @property
    def scores(self) -> OutputSpec | None:
        """The output with the scores of the labels."""
        return next((o for o in self.manifest.outputs if o.role == "scores"), None)

    @property
    def embedding(self) -> OutputSpec | None:
        """The output with the picture's vector."""
        return next((o for o in self.manifest.outputs if o.role == "embedding"), None)

    @property
    def is_tagger(self) -> bool:
        """Whether its labels are tags of whole pictures."""
        return self.manifest.kind == "tagger"

    @property
    def weights(self) -> Path:
        """The network's file."""
        return self.folder / self.manifest.weights.path

    def named(self, scores: Iterable[tuple[int, float]]) -> list[Score]:
        """Return scores by place with their labels; a place that no label has is left out.

        A series is as likely as the likeliest of its characters.
        """
        found: dict[Label, float] = {}
        for place, score in scores:
            if 0 <= place < len(self.labels):
                label = self.labels[place]
                series = (Label(name, _SERIES) for name in self.series.get(label.name, ()))
                for one in (label, *series):
                    found[one] = max(score, found.get(one, 0.0))
        return [Score(label, score) for label, score in found.items()]

    def check_hashes(self, *, without: tuple[str, ...] = ()) -> None:
        """Check the sha256 of every file but those of the roles in ``without``; reads them whole.

        Raises:
            AnitagError: ``model_refused``, naming the file.
        """
        try:
            files = [file for file in self.manifest.files if file.role not in without]
            check_hashes(self.folder, files)
        except (ManifestError, OSError) as error:
            raise AnitagError("model_refused", path=str(self.folder), reason=str(error)) from error


def _manifest_document(folder: Path) -> dict[str, Any]:
    """Return the folder's manifest, or the one made from the files of a known family."""
    if not folder.is_dir():
        raise AnitagError("not_a_model", path=str(folder), reason="it is not a folder")
    try:
        if (folder / MANIFEST_NAME).is_file():
            return Fields(read_json(folder / MANIFEST_NAME), MANIFEST_NAME).raw
        found = describe_folder(folder)
    except (ManifestError, OSError) as error:
        raise AnitagError("model_refused", path=str(folder), reason=str(error)) from error
    if found is None:
        raise AnitagError("not_a_model", path=str(folder), reason=_what_was_found(folder))
    return found


def _what_was_found(folder: Path) -> str:
    names = sorted(p.name for p in folder.iterdir())[:200]
    pickles = [name for name in names if name.lower().endswith(PICKLES)]
    if pickles:
        return f"{pickles[0]} {MAY_RUN_CODE}"
    networks = [name for name in names if name.lower().endswith(".onnx")]
    if len(networks) > 1 and "model.onnx" not in networks:
        return f"it holds several networks ({', '.join(networks[:3])}); leave one in the folder"
    wanted = f"{MANIFEST_NAME}, nor the files of a model family that anitag knows"
    return f"it holds no {wanted} (found: {', '.join(names[:5]) or 'nothing'})"


def _checked(folder: Path, document: dict[str, Any]) -> ModelPackage:
    manifest = parse_manifest(document)
    check_files(folder, manifest.files)
    for golden in manifest.golden:
        check_name(golden.path)
    check_network(folder, manifest)
    lines = _labels(folder, manifest)
    return ModelPackage(
        folder=folder,
        key=ModelKey(manifest.id, manifest.revision),
        manifest=manifest,
        labels=tuple(line.label for line in lines),
        thresholds=_thresholds(folder, manifest, lines),
        series={line.label.name: line.series for line in lines if line.series},
        manifest_json=json.dumps(document, ensure_ascii=False, indent=1),
    )


def _labels(folder: Path, manifest: Manifest) -> tuple[LabelLine, ...]:
    output = next((o for o in manifest.outputs if o.role in ("scores", "boxes")), None)
    if output is None:
        return ()
    if manifest.labels is None:
        raise ManifestError("it has scores and no labels")
    listed = {file.path for file in manifest.files}
    for name in filter(None, (manifest.labels.file, manifest.labels.starts_file)):
        if name not in listed:
            raise ManifestError(f'"files" does not name {name}')
    lines = read_labels(folder, manifest.labels)
    wanted = _label_count(output)
    if wanted is not None and len(lines) != wanted:
        raise ManifestError(
            f"{manifest.labels.file} has {len(lines)} labels and the score output is {wanted} wide"
        )
    return lines


def _label_count(output: OutputSpec) -> int | None:
    """Return how many labels an output has; None if it does not show."""
    if output.role == "scores":
        return output.width
    return None if output.form == "corners" else output.width - 4


def _thresholds(folder: Path, manifest: Manifest, lines: tuple[LabelLine, ...]) -> Thresholds:
    by_tag = {line.label.name: line.threshold for line in lines if line.threshold is not None}
    if name := manifest.decode.tag_thresholds_file:
        if name not in {file.path for file in manifest.files}:
            raise ManifestError(f'"files" does not name {name}')
        own = Fields(read_json(folder / name), name)
        by_tag |= {tag: own.fraction(tag) for tag in own.raw}
    by_category = dict(manifest.decode.thresholds)
    if any(line.series for line in lines) and TagCategory.CHARACTER in by_category:
        by_category.setdefault(_SERIES, by_category[TagCategory.CHARACTER])
    return Thresholds(by_category, by_tag, manifest.decode.default)
