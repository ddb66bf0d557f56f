"""The manifest of a model package (``anitag-model.json``, schema 1) as typed values.

Standard library only, so that the window can list models without loading what runs them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.operations import Operation, parse_operations

SCHEMA = 1
KINDS = {"tagger": "scores", "embedder": "embedding", "detector": "boxes", "classifier": "scores"}
"""Each kind of model, and the role of the output that makes it one."""
LAYOUTS = ("NHWC", "NCHW")
ACTIVATIONS = ("none", "sigmoid", "softmax")
BACKENDS = ("onnx", "torch")
PRECISIONS = ("fp32", "bf16")
ROLES = ("scores", "embedding", "boxes", "unused")
BOX_FORMS = ("centres", "corners", "fractions")
LABEL_TYPES = (
    *("csv", "lines", "json_list", "json_map", "json_numbers", "json_objects"),
    "onnx_metadata",
)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a package: ``size`` in bytes and ``sha256`` in hex, None where not stated."""

    role: str
    path: str
    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Licence:
    """Under which terms a model may be used; all texts as the package states them."""

    spdx: str = ""
    url: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The picture input: its name, layout, and size as (width, height) in pixels.

    ``mask`` is the name of a second input that tells padding from picture, or None.
    """

    name: str
    layout: str
    size: tuple[int, int]
    mask: str | None = None


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One output: found by ``name`` or by ``index``; ``activation`` is what is still to do.

    ``width`` is that of a picture's row, or of one box. ``form`` is how a box is written:
    ``centres`` are columns of centre, size and a score for each class, ``fractions`` are rows of
    the same as parts of the picture, ``corners`` are rows of two corners, score and class.
    ``is_exposed`` says that it is a tensor inside the network, see ``exposing``.
    """

    name: str | None
    index: int | None
    role: str
    activation: str
    width: int
    normalise: bool
    form: str = ""
    is_exposed: bool = False


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """Where the labels stand and how to read them.

    ``names`` and ``categories`` are places in a JSON document (``a/b``), or for ``onnx_metadata``
    the name of the field. ``starts_file`` tells at which label each category begins.
    """

    type: str
    file: str
    name_col: str = "name"
    category_col: str | None = "category"
    threshold_col: str | None = None
    series_col: str | None = None
    names: str = ""
    categories: str | None = None
    starts_file: str | None = None
    category_map: Mapping[str, TagCategory] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecodeSpec:
    """From which scores on labels count, and by which named choices (``presets``).

    ``default`` holds where a category has no threshold of its own. For a detector, ``sure`` is
    the score that a box needs and ``overlap`` how much of two boxes of a kind may be shared
    (intersection over union). ``same`` is the cosine from which two vectors show the same.
    """

    thresholds: Mapping[TagCategory, float]
    presets: Mapping[str, Mapping[TagCategory, float]]
    tag_thresholds_file: str | None
    default: float = 0.5
    sure: float = 0.25
    overlap: float = 0.7
    same: float | None = None


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured figure, with the set that it was measured on."""

    name: str
    value: float
    set: str


@dataclass(frozen=True, slots=True)
class Golden:
    """A picture of the package, and what the model has to say of it (label name -> score)."""

    path: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a manifest states that the app acts upon.

    ``made_from`` is the id of the model that this one is a fast copy of, or empty; ``precision``
    is what a checkpoint calculates in.
    """

    id: str
    revision: str
    title: str
    kind: str
    family: str
    licence: Licence
    files: tuple[ModelFile, ...]
    input: InputSpec
    preprocess: tuple[Operation, ...]
    outputs: tuple[OutputSpec, ...]
    labels: LabelSpec | None
    decode: DecodeSpec
    metrics: tuple[Metric, ...]
    golden: tuple[Golden, ...]
    denied_providers: tuple[str, ...]
    max_batch: int
    backend: str = "onnx"
    made_from: str = ""
    precision: str = "fp32"

    def file(self, role: str) -> ModelFile | None:
        """Return the package's first file of a role."""
        return next((f for f in self.files if f.role == role), None)

    @property
    def weights(self) -> ModelFile:
        """The network's file."""
        found = self.file("weights")
        if found is None:
            raise ManifestError('"files" names no file of role "weights"')
        return found


def parse_manifest(content: object) -> Manifest:
    """Return the manifest in a parsed JSON document.

    Raises:
        ManifestError: one sentence naming the first field that is wrong.
    """
    top = Fields(content, "the manifest")
    schema = top.integer("schema")
    if schema != SCHEMA:
        raise ManifestError(f"its schema is {schema}; this anitag knows {SCHEMA}")
    files = tuple(_file(f) for f in top.objects("files"))
    runtime = top.object("runtime", optional=True)
    return Manifest(
        id=_model_id(top.text("id")),
        revision=_revision(top, files),
        title=top.text("title", top.text("id")),
        kind=top.choice("kind", tuple(KINDS), "tagger"),
        family=top.text("family", "custom"),
        licence=_licence(top.object("licence", optional=True)),
        files=files,
        input=_input(top.object("input")),
        preprocess=parse_operations(top.objects("preprocess")),
        outputs=_outputs(top.objects("outputs"), top.text("kind", "tagger")),
        labels=_labels(top),
        decode=_decode(top.object("decode", optional=True)),
        metrics=tuple(_metric(m) for m in top.objects("metrics", optional=True)),
        golden=tuple(_golden(g) for g in top.objects("golden", optional=True)),
        denied_providers=runtime.texts("ep_deny"),
        max_batch=_max_batch(runtime),
        backend=runtime.choice("backend", BACKENDS, "onnx"),
        made_from=top.object("made_from", optional=True).text("id", ""),
        precision=runtime.choice("precision", PRECISIONS, "fp32"),
    )


def _model_id(text: str) -> str:
    if not text or len(text) > 200 or any(c.isspace() or not c.isprintable() for c in text):
        raise ManifestError('its "id" is empty, too long, or holds white space')
    return text


def _revision(top: Fields, files: Sequence[ModelFile]) -> str:
    stated = top.text("revision", "") or top.object("source", optional=True).text("revision", "")
    if stated:
        return stated
    weights = next((f.sha256 for f in files if f.role == "weights" and f.sha256), None)
    if weights is None:
        raise ManifestError("it states neither a revision nor the sha256 of its weights")
    return weights[:12]


def _file(fields: Fields) -> ModelFile:
    sha256 = fields.text("sha256", "").lower() or None
    if sha256 and (len(sha256) != 64 or set(sha256) - set("0123456789abcdef")):
        raise ManifestError(f'the sha256 of "{fields.text("path")}" is not 64 hex digits')
    size = fields.integer("size", 0)
    return ModelFile(fields.text("role"), fields.text("path"), size or None, sha256)


def _licence(fields: Fields) -> Licence:
    return Licence(fields.text("spdx", ""), fields.text("url", ""), fields.text("notice", ""))


def _input(fields: Fields) -> InputSpec:
    width, height = fields.integers("size", 2)
    if fields.text("dtype", "float32") != "float32":
        raise ManifestError("its input is not float32")
    if not (8 <= width <= 4096 and 8 <= height <= 4096):
        raise ManifestError(f"its input of {width} x {height} pixels is not within 8 to 4096")
    layout = fields.choice("layout", LAYOUTS)
    mask = fields.text("mask", "") or None
    return InputSpec(fields.text("name"), layout, (width, height), mask)


def _outputs(found: Sequence[Fields], kind: str) -> tuple[OutputSpec, ...]:
    outputs = tuple(_output(o) for o in found)
    for role in ("scores", "embedding", "boxes"):
        if sum(o.role == role for o in outputs) > 1:
            raise ManifestError(f'more than one output has the role "{role}"')
    if not any(o.role == KINDS.get(kind) for o in outputs):
        raise ManifestError(f'a {kind} has to have an output of the role "{KINDS.get(kind)}"')
    return outputs


def _output(fields: Fields) -> OutputSpec:
    name = fields.text("name", "") or None
    index = fields.integer("index", -1)
    if name is None and index < 0:
        raise ManifestError("an output has neither a name nor an index")
    role = fields.choice("role", ROLES)
    return OutputSpec(
        name=name,
        index=None if name else index,
        role=role,
        activation=fields.choice("activation", ACTIVATIONS, "none"),
        width=fields.integer("width"),
        normalise=fields.flag("normalise"),
        form=fields.choice("form", BOX_FORMS) if role == "boxes" else "",
        is_exposed=role == "embedding" and fields.flag("exposed"),
    )


def _labels(top: Fields) -> LabelSpec | None:
    if not top.raw.get("labels"):
        return None
    fields = top.object("labels")
    mapping = fields.object("category_map", optional=True)
    return LabelSpec(
        type=fields.choice("type", LABEL_TYPES),
        file=fields.text("file"),
        name_col=fields.text("name_col", "name"),
        category_col=fields.text("category_col", "category") or None,
        threshold_col=fields.text("threshold_col", "") or None,
        series_col=fields.text("series_col", "") or None,
        names=fields.text("names", ""),
        categories=fields.text("categories", "") or None,
        starts_file=fields.text("starts_file", "") or None,
        category_map={key: category(mapping.text(key)) for key in mapping.raw},
    )


def category(text: str) -> TagCategory:
    """Return the category of a name; a manifest's unknown ones are refused."""
    try:
        return TagCategory(text.lower())
    except ValueError:
        raise ManifestError(f'"{text}" is not a category of tags') from None


def _decode(fields: Fields) -> DecodeSpec:
    presets = fields.object("presets", optional=True)
    return DecodeSpec(
        thresholds=_thresholds(fields.object("thresholds", optional=True)),
        presets={name: _thresholds(presets.object(name)) for name in presets.raw},
        tag_thresholds_file=fields.text("tag_thresholds_file", "") or None,
        default=fields.fraction("default", 0.5),
        sure=fields.fraction("sure", 0.25),
        overlap=fields.fraction("overlap", 0.7),
        same=None if fields.raw.get("same") is None else fields.number("same"),
    )


def _thresholds(fields: Fields) -> dict[TagCategory, float]:
    return {category(name): fields.fraction(name) for name in fields.raw}


def _metric(fields: Fields) -> Metric:
    return Metric(fields.text("name"), fields.number("value"), fields.text("set"))


def _golden(fields: Fields) -> Golden:
    scores = fields.object("scores")
    return Golden(fields.text("path"), {name: scores.fraction(name) for name in scores.raw})


def _max_batch(runtime: Fields) -> int:
    """Return the largest batch; 0 stands for no limit, ``fixed_batch`` counts as one of 1."""
    fixed = runtime.integer("fixed_batch", 0)
    return 1 if fixed else runtime.integer("max_batch", 0)
