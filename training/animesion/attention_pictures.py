"""Pictures of where a transformer looked, after each block."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.networks.attention import recorded_attention, rollout
from training.networks.backbones import is_transformer
from training.predictions import class_logits
from training.views.files import read_rgb

if TYPE_CHECKING:
    from training.animesion.inferring import Looking


@torch.no_grad()
def save_rollout(look: "Looking", path: Path, folder: Path) -> list[Path]:
    """Save NAME_AttentionMap_Layer1.jpg and so on; return their paths.

    Raises:
        AnitagError: ``bad_config`` for a network without attention.
    """
    backbone = look.task.network.backbone
    if not isinstance(backbone, torch.nn.Module) or not is_transformer(backbone):
        reason = "--ret_attn_scores needs a transformer; this network has no attention"
        raise AnitagError("bad_config", path="the command line", reason=reason)
    with recorded_attention(backbone) as scores:
        class_logits(look.task, look.prepared(path))
    patches = int(backbone.patch_embed.num_patches)  # type: ignore[union-attr,arg-type]
    maps = rollout(scores, patches, int(backbone.num_prefix_tokens))[:, 0].cpu().numpy()  # type: ignore[arg-type]
    folder.mkdir(parents=True, exist_ok=True)
    image, saved = read_rgb(path), []
    for number, weights in enumerate(maps, 1):
        saved.append(folder / f"{path.stem}_AttentionMap_Layer{number}.jpg")
        _darkened(image, weights / weights.max()).save(saved[-1], quality=90)
    return saved


def _darkened(image: Image.Image, weights: "np.typing.NDArray[np.float32]") -> Image.Image:
    """Return a picture that is dark where nobody looked."""
    mask = Image.fromarray((255 * weights).astype(np.uint8)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    return Image.composite(image, Image.new("RGB", image.size), mask)
