"""A timm checkpoint: ``model.safetensors`` with a ``config.json`` that names its architecture."""

from dataclasses import dataclass
from typing import Any

from anitag_desktop.recognition.checkpoint import CONFIG, Checkpoint
from anitag_desktop.recognition.fields import Fields, ManifestError

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
class TimmPictures:
    """What a config says of pictures: ``kernel`` is a kernel's name."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
    kernel: str


def read_pictures(config: Fields) -> TimmPictures:
    """Return what a config of timm's says of pictures.

    Raises:
        ManifestError: a field is missing or wrong.
    """
    pictures = config.object("pretrained_cfg")
    return TimmPictures(
        mean=pictures.numbers("mean", 3),
        std=pictures.numbers("std", 3),
        kernel=pictures.text("interpolation", "bicubic"),
    )


def read_timm(config: Fields) -> Checkpoint:
    """Return what a config of timm's says of its network.

    Raises:
        ManifestError: a field is missing or wrong, or is not allowed.
    """
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
