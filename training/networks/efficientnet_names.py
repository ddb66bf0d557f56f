"""How lukemelas' EfficientNet-B0, which animesion uses, calls what timm calls otherwise."""

import re

REPEATS = (1, 2, 2, 3, 3, 4, 1)
"""Blocks of each stage; there they are counted through."""

AROUND = {
    "_conv_stem": "backbone.conv_stem",
    "_bn0": "backbone.bn1",
    "_conv_head": "backbone.conv_head",
    "_bn1": "backbone.bn2",
    "_fc": "head.logits",
}
SQUEEZE = {"_se_reduce": "se.conv_reduce", "_se_expand": "se.conv_expand"}
FIRST = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
    **SQUEEZE,
}
"""Of the first stage, whose block does not widen."""

OTHERS = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
    **SQUEEZE,
}


def efficientnet_rules() -> tuple[tuple[str, str], ...]:
    """Return patterns of whole names up to their last part, and what takes their place."""
    rules = [(f"model.{old}", own) for old, own in AROUND.items()]
    places = [(stage, n) for stage, count in enumerate(REPEATS) for n in range(count)]
    for number, (stage, place) in enumerate(places):
        names = OTHERS if stage else FIRST
        rules += [
            (f"model._blocks.{number}.{old}", f"backbone.blocks.{stage}.{place}.{own}")
            for old, own in names.items()
        ]
    return tuple((f"^{re.escape(old)}\\.", f"{own}.") for old, own in rules)
