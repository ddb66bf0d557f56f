"""Where a transformer looks: the scores of each block, and their rollout to the picture."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional


@contextmanager
def recorded_attention(backbone: nn.Module) -> Iterator[list[torch.Tensor]]:
    """Record the attention scores (B x heads x N x N) of every block while pictures pass.

    Works under every head, because it only listens to the blocks' attention layers.
    """
    scores: list[torch.Tensor] = []

    def note(layer: nn.Module, inputs: tuple[torch.Tensor, ...], extra: dict[str, object]) -> None:
        mask = extra.get("attn_mask")
        scores.append(_scores(layer, inputs[0], mask if isinstance(mask, torch.Tensor) else None))

    blocks: list[nn.Module] = list(backbone.blocks)  # type: ignore[arg-type]
    hooks = [
        block.attn.register_forward_pre_hook(note, with_kwargs=True)  # type: ignore[operator,union-attr]
        for block in blocks
    ]
    try:
        yield scores
    finally:
        for hook in hooks:
            hook.remove()


def rollout(scores: list[torch.Tensor], patches: int, prefix: int = 1) -> torch.Tensor:
    """Return how much the class token has of each patch after each block (L x B x side x side).

    A = rownorm(mean over heads + identity); R_l = A_l R_(l-1); the class token's row, its
    ``patches`` after ``prefix`` tokens (what follows them is text).
    """
    together: torch.Tensor | None = None
    maps = []
    for block in scores:
        mixed = block.mean(1) + torch.eye(block.shape[-1], device=block.device)
        mixed = mixed / mixed.sum(-1, keepdim=True)
        together = mixed if together is None else mixed @ together
        maps.append(together[:, 0, prefix : prefix + patches])
    side = int(patches**0.5)
    return torch.stack(maps).reshape(len(maps), -1, side, side)


def _scores(layer: nn.Module, tokens: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Return softmax(q k / sqrt(d)) as the layer itself will compute it."""
    batch, count, _ = tokens.shape
    packed = layer.qkv(tokens)  # type: ignore[operator]
    if getattr(layer, "q_bias", None) is not None:
        # BEiT keeps its biases apart.
        packed = packed + torch.cat((layer.q_bias, layer.k_bias, layer.v_bias))  # type: ignore[arg-type]
    packed = packed.reshape(batch, count, 3, layer.num_heads, -1)
    query, key, _ = packed.permute(2, 0, 3, 1, 4).unbind(0)
    if hasattr(layer, "q_norm"):
        query, key = layer.q_norm(query), layer.k_norm(key)  # type: ignore[operator]
    raw = (query * layer.scale) @ key.transpose(-2, -1)
    if getattr(layer, "relative_position_bias_table", None) is not None:
        raw = raw + layer._get_rel_pos_bias()  # type: ignore[operator]  # noqa: SLF001
    if mask is not None:
        raw = raw.masked_fill(~mask, float("-inf"))
    return functional.softmax(raw, dim=-1).detach()
