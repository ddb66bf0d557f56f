"""Weights of other projects under this project's names; their pickles are read as tensors only."""

import pickle
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from anitag_desktop.domain.error import AnitagError

Tensors = dict[str, torch.Tensor]

PICKLES = frozenset({".ckpt", ".pth", ".pt", ".bin"})

# Of animesion's transformer, whose own names begin with "model.".
ANIMESION = (
    (r"^(model\.)?patch_embedding\.", "backbone.patch_embed.proj."),
    (r"^(model\.)?class_token$", "backbone.cls_token"),
    (r"^(model\.)?positional_embedding\.pos_embedding$", "backbone.pos_embed"),
    (r"^(model\.)?transformer\.blocks\.(\d+)\.attn\.", r"backbone.blocks.\2.attn."),
    (r"^(model\.)?transformer\.blocks\.(\d+)\.proj\.", r"backbone.blocks.\2.attn.proj."),
    (r"^(model\.)?transformer\.blocks\.(\d+)\.pwff\.", r"backbone.blocks.\2.mlp."),
    (r"^(model\.)?transformer\.blocks\.(\d+)\.norm", r"backbone.blocks.\2.norm"),
    (r"^(model\.)?norm\.", "backbone.norm."),
    (r"^(model\.)?fc\.", "head.logits."),
    (r"^class_head\.0\.", "backbone.norm."),
    (r"^class_head\.1\.", "head."),
    (r"^inter_class_head\.0\.", "head.aggregation."),
    (r"^inter_class_head\.3\.", "head.norm."),
    (r"^inter_class_head\.4\.", "head.logits."),
    (r"^mlm_head\.", "words.transform."),
    (r"^decoder_bias$", "words.bias"),
    (r"^model\.text_embeddings\.word_embeddings\.", "text.words."),
    (r"^model\.text_embeddings\.position_embeddings\.", "text.positions."),
    (r"^model\.text_embeddings\.token_type_embeddings\.weight$", "text.modality"),
    (r"^model\.text_embeddings\.LayerNorm\.", "text.norm."),
)
RESNET = ((r"^model\.fc\.", "head.logits."), (r"^model\.", "backbone."))
# Of BEiT as transformers writes it (bwconrad's, which learnt DAF:re).
BEIT = (
    (r"^beit\.embeddings\.cls_token$", "backbone.cls_token"),
    (r"^beit\.embeddings\.patch_embeddings\.projection\.", "backbone.patch_embed.proj."),
    (r"^beit\.encoder\.layer\.(\d+)\.attention\.attention\.", r"backbone.blocks.\1.attn."),
    (r"^(backbone\.blocks\.\d+\.attn)\.relative_position_bias\.", r"\1."),
    (r"^beit\.encoder\.layer\.(\d+)\.attention\.output\.dense\.", r"backbone.blocks.\1.attn.proj."),
    (r"^beit\.encoder\.layer\.(\d+)\.intermediate\.dense\.", r"backbone.blocks.\1.mlp.fc1."),
    (r"^beit\.encoder\.layer\.(\d+)\.output\.dense\.", r"backbone.blocks.\1.mlp.fc2."),
    (r"^beit\.encoder\.layer\.(\d+)\.layernorm_before\.", r"backbone.blocks.\1.norm1."),
    (r"^beit\.encoder\.layer\.(\d+)\.layernorm_after\.", r"backbone.blocks.\1.norm2."),
    (r"^beit\.encoder\.layer\.(\d+)\.lambda_", r"backbone.blocks.\1.gamma_"),
    (r"^beit\.pooler\.layernorm\.", "backbone.fc_norm."),
    (r"^classifier\.", "head.logits."),
)
DROPPED = re.compile(r"text_decoder\.|position_ids|relative_position_index|pre_logits")


def read_tensors(path: Path) -> Tensors:
    """Read a file of tensors: safetensors, or a pickle of which nothing but tensors is taken.

    Raises:
        AnitagError: ``no_such_file``, or ``bad_checkpoint`` for anything else in it.
    """
    if not path.is_file():
        raise AnitagError("no_such_file", path=path)
    try:
        if path.suffix not in PICKLES:
            return load_file(path)
        with warnings.catch_warnings():
            # torch warns of pickles that it then refuses or reads.
            warnings.simplefilter("ignore")
            found = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise AnitagError("bad_checkpoint", path=path, reason=reason) from error
    inner = found.get("state_dict", found) if isinstance(found, dict) else {}
    tensors = {str(k): v for k, v in inner.items() if isinstance(v, torch.Tensor)}
    if not tensors:
        raise AnitagError("bad_checkpoint", path=path, reason="it holds no tensors")
    return tensors


def with_own_names(found: Tensors) -> Tensors:
    """Return weights of animesion or of BEiT under this project's names; others as they are."""
    if "model.conv1.weight" in found:
        return _renamed(found, RESNET)
    if any(name.startswith("beit.") for name in found):
        return _packed(_renamed(found, BEIT), ("query", "key", "value"), _beit_bias)
    if any("transformer.blocks." in name for name in found):
        renamed = _packed(_renamed(found, ANIMESION), ("proj_q", "proj_k", "proj_v"), _plain_bias)
        return _reshaped(renamed)
    return found


def _renamed(found: Tensors, rules: tuple[tuple[str, str], ...]) -> Tensors:
    renamed = {}
    for name, value in found.items():
        if not DROPPED.search(name):
            for pattern, own in rules:
                name = re.sub(pattern, own, name)
            renamed[name] = value
    return renamed


Bias = Callable[[str, "list[torch.Tensor | None]"], Tensors]


def _packed(found: Tensors, parts: tuple[str, str, str], bias: Bias) -> Tensors:
    """Put the three projections of each attention layer into one, as timm has them."""
    packed = dict(found)
    for name in found:
        if name.endswith(f".{parts[0]}.weight"):
            layer = name.removesuffix(f"{parts[0]}.weight")
            weights = [packed.pop(f"{layer}{part}.weight") for part in parts]
            packed[f"{layer}qkv.weight"] = torch.cat(weights)
            packed |= bias(layer, [packed.pop(f"{layer}{part}.bias", None) for part in parts])
    return packed


def _plain_bias(layer: str, biases: list[torch.Tensor | None]) -> Tensors:
    return {f"{layer}qkv.bias": torch.cat([b for b in biases if b is not None])}


def _beit_bias(layer: str, biases: list[torch.Tensor | None]) -> Tensors:
    """BEiT's keys have no bias; timm keeps the other two apart."""
    query, _, value = biases
    pairs = {"q_bias": query, "v_bias": value}
    return {f"{layer}{name}": b for name, b in pairs.items() if b is not None}


def _reshaped(found: Tensors) -> Tensors:
    """Bring what animesion shapes otherwise to this project's shapes."""
    shaped = dict(found)
    for name, shape in (
        ("backbone.cls_token", (1, 1, -1)),
        ("head.aggregation.weight", (-1, 1)),
        ("head.aggregation.bias", (1,)),
    ):
        if name in shaped:
            shaped[name] = shaped[name].reshape(shape).contiguous()
    if "text.modality" in shaped:
        shaped["text.modality"] = shaped["text.modality"][0].clone()
        shaped.setdefault("modality", torch.zeros_like(shaped["text.modality"]))
    return shaped
