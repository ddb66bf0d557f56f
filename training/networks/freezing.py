"""Keeps parts of a network as they are: parameters, and with them batch norms and dropout."""

from collections.abc import Sequence

from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.networks.lora import stays

NORMS = (nn.modules.batchnorm._BatchNorm,)  # noqa: SLF001


def freeze(network: nn.Module, prefixes: Sequence[str]) -> None:
    """Let only parameters move whose names begin with no prefix and which LoRA does not hold."""
    kept = stays(network)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in kept and not _is_frozen(name, prefixes))


def demand_parts(network: nn.Module, prefixes: Sequence[str]) -> None:
    """Refuse to freeze what a network does not have.

    Raises:
        AnitagError: ``bad_config`` with the prefix that fits nothing, and what is there.
    """
    names = [name for name, _ in network.named_parameters()]
    for prefix in prefixes:
        if not any(_is_frozen(name, (prefix,)) for name in names):
            known = ", ".join(dict.fromkeys(name.partition(".")[0] for name in names))
            reason = f"no part of the network is called {prefix!r}; it consists of {known}"
            raise AnitagError("bad_config", path="phases.freeze", reason=reason)


def train_mode(network: nn.Module, prefixes: Sequence[str], frozen_norm: str = "eval") -> None:
    """Put a network in training mode, but its frozen modules in evaluation mode.

    With ``frozen_norm`` of ``train`` frozen batch norms still follow the pictures, as in fastai.
    """
    network.train()
    for name, module in network.named_modules():
        keeps_following = frozen_norm == "train" and isinstance(module, NORMS)
        if name and _is_frozen(name, prefixes) and not keeps_following:
            module.training = False


def _is_frozen(name: str, prefixes: Sequence[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)
