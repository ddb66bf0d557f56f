"""``training convert``: weights of animesion or BEiT-DAFre as safetensors, nothing unpickled."""

import argparse
from pathlib import Path

NAME = "convert"
HELP = "turn a checkpoint of animesion or BEiT-DAFre into safetensors with this project's names"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help=".ckpt, .pth, .bin, .safetensors")
    parser.add_argument("target", type=Path, metavar="TARGET", help="the safetensors to write")


def run(args: argparse.Namespace) -> int:
    """Write the file and print what became of each tensor."""
    from safetensors.torch import save_file

    from training.networks.foreign import read_tensors, with_own_names

    found = read_tensors(args.file)
    own = with_own_names(found)
    args.target.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous().clone() for name, value in own.items()}, args.target)
    for name, value in sorted(own.items()):
        print(f"{name:56} {tuple(value.shape)}")
    print(f"{len(found)} tensors read, {len(own)} written to {args.target}")
    return 0
