"""A timm checkpoint: ``model.safetensors`` with a ``config.json`` that names its architecture.

Standard library only; ``torch_session`` runs it where torch is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.onnx_file import FLOAT32, OnnxSignature, TensorInfo
from anitag_desktop.recognition.safetensors_file import read_tensors
from anitag_desktop.recognition.side_files import read_json

CONFIG = "config.json"
PIXELS, LOGITS, EMBEDDING = "pixels", "logits", "embedding"
"""What the input and the outputs are called here; a checkpoint has no names for them."""

_HEADS = ("head.weight", "head.fc.weight", "head.fc2.weight", "fc.weight", "classifier.weight")
_ARGUMENTS = frozenset(
    {
        *("img_size", "patch_size", "embed_dim", "depth", "depths", "dims", "num_heads"),
        *("mlp_ratio", "qkv_bias", "init_values", "class_token", "reg_tokens", "global_pool"),
        *("fc_norm", "use_fc_norm", "act_layer", "norm_eps", "window_size", "no_embed_class"),
        *("pretrained_window_sizes", "ref_feat_shape", "drop_rate", "drop_path_rate"),
        *("head_init_scale", "conv_mlp", "dynamic_img_size", "in_chans", "use_rot_pos_emb"),
    }
)
"""What a config may set of an architecture: sizes and choices, nothing that names a file."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint's config says: ``size`` is (width, height), ``kernel`` a kernel's name."""

    architecture: str
    classes: int
    arguments: Mapping[str, Any]
    size: tuple[int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    kernel: str


def read_checkpoint(folder: Path) -> Checkpoint:
    """Return what the config in a folder says.

    Raises:
        ManifestError: a field is missing or wrong, or is not allowed.
    """
    config = Fields(read_json(folder / CONFIG), CONFIG)
    pictures = config.object("pretrained_cfg")
    architecture = config.text("architecture")
    if not architecture.isidentifier():
        raise ManifestError(f'"{architecture:.50}" is not the name of an architecture')
    channels, height, width = pictures.integers("input_size", 3)
    if channels != 3 or pictures.raw.get("crop_pct", 1) != 1:
        raise ManifestError(f"{CONFIG} asks for other channels than three, or for a crop")
    return Checkpoint(
        architecture=architecture,
        classes=config.integer("num_classes"),
        arguments=_arguments(config.object("model_args", optional=True)),
        size=(width, height),
        mean=pictures.numbers("mean", 3),
        std=pictures.numbers("std", 3),
        kernel=pictures.text("interpolation", "bicubic"),
    )


def read_checkpoint_signature(path: Path) -> OnnxSignature:
    """Return the input and the outputs that a checkpoint has once it runs.

    Raises:
        ManifestError: the checkpoint and its config do not belong together, or one is wrong.
    """
    checkpoint = read_checkpoint(path.parent)
    tensors = read_tensors(path)
    heads = [tensors[name] for name in _HEADS if name in tensors]
    shape = heads[0].shape if heads else ()
    if len(shape) < 2 or shape[0] != checkpoint.classes:
        raise ManifestError(f"{path.name} has no last layer of {checkpoint.classes} classes")
    width, height = checkpoint.size
    source = TensorInfo(PIXELS, FLOAT32, (None, 3, height, width))
    outputs = ((LOGITS, checkpoint.classes), (EMBEDDING, shape[1]))
    return OnnxSignature(
        inputs=(source,),
        outputs=tuple(TensorInfo(name, FLOAT32, (None, count)) for name, count in outputs),
        external=frozenset(),
        domains=frozenset(),
        metadata={},
    )


def _arguments(fields: Fields) -> dict[str, Any]:
    for name, value in fields.raw.items():
        if name not in _ARGUMENTS or not _is_plain(value):
            raise ManifestError(f'the argument "{name:.50}" of {CONFIG} is not allowed')
    return dict(fields.raw)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(type(one) in (int, float) for one in value)
    return value is None or type(value) in (bool, int, float) or _is_word(value)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.isidentifier())
