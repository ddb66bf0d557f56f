"""Weights of other projects under this project's names, and where each tensor came from."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch

from training.networks.efficientnet_names import efficientnet_rules

Tensors = dict[str, torch.Tensor]
Origins = dict[str, tuple[str, ...]]
Rules = tuple[tuple[str, str], ...]

# Of animesion's transformer, whose own names begin with "model.".
ANIMESION: Rules = (
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
RESNET: Rules = ((r"^model\.fc\.", "head.logits."), (r"^model\.", "backbone."))
EFFICIENTNET: Rules = efficientnet_rules()
SHALLOW: Rules = (
    (r"^layer1\.", "backbone.convolutions."),
    (r"^layer2\.0\.", "backbone.convolutions.4."),
    (r"^layer2\.1\.", "backbone.convolutions.5."),
    (r"^fc\.1\.", "backbone.features.1."),
    (r"^fc\.4\.", "head.logits."),
)
# Of BEiT as transformers writes it (bwconrad's, which learnt DAF:re).
BEIT: Rules = (
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
# A text decoder is tied to the word embedding, the others are counted anew.
DROPPED = re.compile(
    r"text_decoder\.|position_ids|token_type_ids|relative_position_index|pre_logits"
)


@dataclass(frozen=True, slots=True)
class Renamed:
    """Tensors by this project's names, and the names they had (none: filled in here)."""

    tensors: Tensors
    origins: Origins

    def dropped(self, found: Tensors) -> list[str]:
        """Return the names of what was found that went into no tensor."""
        used = {name for names in self.origins.values() for name in names}
        return sorted(set(found) - used)


def renamed(found: Tensors) -> Renamed:
    """Return weights of animesion or of BEiT under this project's names; others as they are."""
    if "model.conv1.weight" in found:
        return _by_rules(found, RESNET)
    if "model._conv_stem.weight" in found:
        return _by_rules(found, EFFICIENTNET)
    if "layer1.0.weight" in found and "fc.4.weight" in found:
        return _by_rules(found, SHALLOW)
    if any(name.startswith("beit.") for name in found):
        return _packed(_by_rules(found, BEIT), ("query", "key", "value"), _beit_bias)
    if any("transformer.blocks." in name for name in found):
        parts = ("proj_q", "proj_k", "proj_v")
        return _filled(_reshaped(_packed(_by_rules(found, ANIMESION), parts, _plain_bias)))
    return Renamed(dict(found), {name: (name,) for name in found})


def with_own_names(found: Tensors) -> Tensors:
    """Return the tensors of ``renamed`` alone."""
    return renamed(found).tensors


def _by_rules(found: Tensors, rules: Rules) -> Renamed:
    made = Renamed({}, {})
    for old, value in found.items():
        if not DROPPED.search(old):
            name = old
            for pattern, own in rules:
                name = re.sub(pattern, own, name)
            made.tensors[name], made.origins[name] = value, (old,)
    return made


Bias = Callable[[str, "list[torch.Tensor | None]"], Tensors]


def _packed(made: Renamed, parts: tuple[str, str, str], bias: Bias) -> Renamed:
    """Put the three projections of each attention layer into one, as timm has them."""
    packed, origins = dict(made.tensors), dict(made.origins)
    for name in made.tensors:
        if name.endswith(f".{parts[0]}.weight"):
            layer = name.removesuffix(f"{parts[0]}.weight")
            weights, biases = ([f"{layer}{p}.{kind}" for p in parts] for kind in ("weight", "bias"))
            packed[f"{layer}qkv.weight"] = torch.cat([packed.pop(w) for w in weights])
            origins[f"{layer}qkv.weight"] = tuple(o for w in weights for o in origins.pop(w))
            shifts = bias(layer, [packed.pop(b, None) for b in biases])
            sources = tuple(o for b in biases for o in origins.pop(b, ()))
            packed |= shifts
            origins |= dict.fromkeys(shifts, sources)
    return Renamed(packed, origins)


def _plain_bias(layer: str, biases: list[torch.Tensor | None]) -> Tensors:
    return {f"{layer}qkv.bias": torch.cat([b for b in biases if b is not None])}


def _beit_bias(layer: str, biases: list[torch.Tensor | None]) -> Tensors:
    """BEiT's keys have no bias; timm keeps the other two apart."""
    query, _, value = biases
    pairs = {"q_bias": query, "v_bias": value}
    return {f"{layer}{name}": b for name, b in pairs.items() if b is not None}


def _reshaped(made: Renamed) -> Renamed:
    """Bring what animesion shapes otherwise to this project's shapes."""
    shaped = dict(made.tensors)
    for name, shape in (
        ("backbone.cls_token", (1, 1, -1)),
        ("head.aggregation.weight", (-1, 1)),
        ("head.aggregation.bias", (1,)),
    ):
        if name in shaped:
            shaped[name] = shaped[name].reshape(shape).contiguous()
    return Renamed(shaped, made.origins)


def _filled(made: Renamed) -> Renamed:
    """Give weights that read tags the parts that animesion's have not, so that they do nothing.

    Its word head reads tokens without the final norm; here they are normalised first, so the class
    is as it was where no token is padding, and the words are not quite.
    """
    if "text.words.weight" not in made.tensors:
        return made
    tensors, origins = dict(made.tensors), dict(made.origins)
    if "head.aggregation.weight" not in tensors:
        for kind in ("weight", "bias"):
            old = f"head.logits.{kind}"
            if old in tensors:
                tensors[f"head.{kind}"] = tensors.pop(old)
                origins[f"head.{kind}"] = origins.pop(old)
    tensors["text.modality"] = tensors["text.modality"][0].clone()
    words, width = tensors["text.words.weight"].shape
    idle = {
        "modality": torch.zeros(width),
        "words.transform.0.weight": torch.eye(width),
        "words.transform.0.bias": torch.zeros(width),
        "words.transform.2.weight": torch.ones(width),
        "words.transform.2.bias": torch.zeros(width),
        "words.bias": torch.zeros(words),
        "backbone.norm.weight": torch.ones(width),
        "backbone.norm.bias": torch.zeros(width),
    }
    absent = {name: value for name, value in idle.items() if name not in tensors}
    return Renamed({**tensors, **absent}, {**origins, **dict.fromkeys(absent, ())})
