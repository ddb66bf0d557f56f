"""Files of tensors, also of other projects; of a pickle nothing but tensors is taken."""

import pickle
import warnings
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from anitag_desktop.domain.error import AnitagError

Tensors = dict[str, torch.Tensor]

PICKLES = frozenset({".ckpt", ".pth", ".pt", ".bin"})


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
