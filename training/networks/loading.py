"""Loads weights of another network, in part if asked, and says what became of each tensor."""

from dataclasses import dataclass

import torch
from timm.layers.pos_embed import resample_abs_pos_embed
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.networks.lora import is_lora

Tensors = dict[str, torch.Tensor]

PATCH = ("backbone.patch_embed.proj.weight", "backbone.patch_embed.proj.bias")
POSITIONS = ("backbone.pos_embed",)
CLASS_TOKEN = ("backbone.cls_token",)

PARTS: dict[str, tuple[str, ...]] = {
    "full_tokenizer": (*PATCH, *POSITIONS, *CLASS_TOKEN),
    "patchprojection": PATCH,
    "posembeddings": POSITIONS,
    "clstoken": CLASS_TOKEN,
    "patchandposembeddings": (*PATCH, *POSITIONS),
    "patchandclstoken": (*PATCH, *CLASS_TOKEN),
    "posembeddingsandclstoken": (*POSITIONS, *CLASS_TOKEN),
}
"""What each of animesion's partial modes takes."""

SHOWN = 5


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The names of tensors that were taken, resampled to another grid, skipped, or absent."""

    loaded: tuple[str, ...]
    resampled: tuple[str, ...]
    skipped: tuple[str, ...]
    missing: tuple[str, ...]

    def as_plain(self) -> dict[str, list[str]]:
        """Return the names as lists, for a progress line."""
        names = ("loaded", "resampled", "skipped", "missing")
        return {name: list(getattr(self, name)) for name in names}


def load_weights(network: nn.Module, found: Tensors, mode: str) -> LoadReport:
    """Put ``found`` into a network.

    ``strict`` wants every tensor, ``transfer`` leaves out the head and what has another shape, the
    partial modes take only their parts. Position grids of another size are resampled.

    Raises:
        AnitagError: ``bad_checkpoint`` when nothing fits, or with ``strict`` when not all does.
    """
    own = dict(network.state_dict())
    wanted = {name for name in own if _is_wanted(name, mode)}
    fitting, resampled = {}, []
    for name in sorted(wanted & set(found)):
        value = found[name]
        differs = value.shape != own[name].shape
        if name in POSITIONS and differs:
            value = _to_grid(value, own[name])
        if value.shape == own[name].shape:
            fitting[name] = value
            resampled += [name] if differs else []
    report = LoadReport(
        tuple(n for n in sorted(fitting) if n not in resampled),
        tuple(resampled),
        tuple(sorted(set(found) - set(fitting))),
        # Weights from before an adaptation are whole without it: its parts begin at nothing.
        tuple(sorted(name for name in set(own) - set(fitting) if not is_lora(name))),
    )
    _demand(report, mode)
    network.load_state_dict(fitting, strict=False)
    return report


def _is_wanted(name: str, mode: str) -> bool:
    if mode in PARTS:
        return name in PARTS[mode]
    return mode == "strict" or not name.startswith("head.")


def _to_grid(value: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """Resample learned positions (1 x N x D, class token first) to another number of patches."""
    side = int((own.shape[1] - 1) ** 0.5)
    if value.ndim != 3 or value.shape[2] != own.shape[2]:
        return value
    resampled: torch.Tensor = resample_abs_pos_embed(value, [side, side], num_prefix_tokens=1)
    return resampled


def _demand(report: LoadReport, mode: str) -> None:
    if not report.loaded and not report.resampled:
        reason = f"none of its tensors fits the network in the mode {mode}"
        raise AnitagError("bad_checkpoint", path="the checkpoint", reason=reason)
    if mode == "strict" and report.missing:
        names = ", ".join(report.missing[:SHOWN])
        reason = f"{len(report.missing)} tensors are absent or of another shape: {names}"
        raise AnitagError("bad_checkpoint", path="the checkpoint", reason=reason)
