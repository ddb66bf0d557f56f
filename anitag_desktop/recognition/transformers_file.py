"""A checkpoint of transformers: a ViT or BEiT that classifies pictures, as timm would name it.

BEiT that was fine-tuned on DAF:re comes so. What is stored of each layer is the same in both
libraries; names differ, and timm keeps the three projections of an attention layer in one tensor.
"""

import re

from anitag_desktop.recognition.checkpoint import CONFIG, Checkpoint
from anitag_desktop.recognition.fields import Fields, ManifestError

MODEL_TYPE = "model_type"
_ARCHITECTURES = {"vit": "vit_base_patch16_224", "beit": "beit_base_patch16_224"}
"""By the type of the model; the config says how large it is."""

_RULES = (
    (r"^(?:vit|beit)\.embeddings\.cls_token$", "cls_token"),
    (r"^(?:vit|beit)\.embeddings\.position_embeddings$", "pos_embed"),
    (r"^(?:vit|beit)\.embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."),
    (r"^(?:vit|beit)\.encoder\.layer\.(\d+)\.", r"blocks.\1."),
    (r"(?<=\.)attention\.attention\.relative_position_bias\.", "attn."),
    (r"(?<=\.)attention\.attention\.", "attn."),
    (r"(?<=\.)attention\.output\.dense\.", "attn.proj."),
    (r"(?<=\.)intermediate\.dense\.", "mlp.fc1."),
    (r"^(blocks\.\d+)\.output\.dense\.", r"\1.mlp.fc2."),
    (r"(?<=\.)layernorm_before\.", "norm1."),
    (r"(?<=\.)layernorm_after\.", "norm2."),
    (r"(?<=\.)lambda_(?=[12]$)", "gamma_"),
    (r"^vit\.layernorm\.", "norm."),
    (r"^beit\.pooler\.layernorm\.", "fc_norm."),
    (r"^classifier\.", "head."),
)
_COUNTED_ANEW = re.compile(r"\.relative_position_index$")


def timm_name(name: str) -> str | None:
    """Return what timm calls a tensor; None for one that it works out by itself."""
    if _COUNTED_ANEW.search(name):
        return None
    for pattern, own in _RULES:
        name = re.sub(pattern, own, name)
    return name


def is_read(config: Fields) -> bool:
    """Tell whether a config is of a kind that can be run."""
    return config.raw.get(MODEL_TYPE) in _ARCHITECTURES


def read_transformers(config: Fields) -> Checkpoint:
    """Return what a config of transformers' says of its network.

    Raises:
        ManifestError: a field is missing or wrong, or asks for what timm does not do.
    """
    kind, side = config.text(MODEL_TYPE), config.integer("image_size")
    width, depth = config.integer("hidden_size"), config.integer("num_hidden_layers")
    if config.text("hidden_act", "gelu") != "gelu" or config.raw.get("num_channels", 3) != 3:
        raise ManifestError(f"{CONFIG} asks for another activation than gelu, or other channels")
    if not width:
        raise ManifestError(f"{CONFIG} is of a network without width")
    arguments = {
        "img_size": side,
        "patch_size": config.integer("patch_size"),
        "embed_dim": width,
        "depth": depth,
        "num_heads": config.integer("num_attention_heads"),
        "mlp_ratio": config.integer("intermediate_size") / width,
        **(
            _of_beit(config)
            if kind == "beit"
            else {"qkv_bias": config.raw.get("qkv_bias", True) is True}
        ),
    }
    return Checkpoint(
        architecture=_ARCHITECTURES[kind],
        classes=len(config.object("id2label").raw),
        size=(side, side),
        arguments=arguments,
        is_transformers=True,
        epsilon=_number(config, "layer_norm_eps", 1e-12),
    )


def _of_beit(config: Fields) -> dict[str, object]:
    if not config.raw.get("use_mean_pooling", True) or config.flag("use_mask_token"):
        raise ManifestError(f"{CONFIG} is of a BEiT that does not classify by the mean of patches")
    if config.flag("use_shared_relative_position_bias"):
        raise ManifestError(f"{CONFIG} shares positions among layers, which is not run here")
    return {
        "use_rel_pos_bias": config.flag("use_relative_position_bias"),
        "use_abs_pos_emb": config.flag("use_absolute_position_embeddings"),
        "init_values": _number(config, "layer_scale_init_value", 0.1),
    }


def _number(config: Fields, name: str, default: float) -> float:
    return config.number(name) if name in config.raw else default
