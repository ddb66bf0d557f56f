"""``training convert``: weights and words of animesion or BEiT-DAFre, nothing unpickled."""

import argparse
from pathlib import Path

NAME = "convert"
HELP = "turn a checkpoint of animesion or BEiT-DAFre into safetensors, a vocab.pkl into JSON"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=".ckpt, .pth, .bin, .safetensors, or vocab.pkl"
    )
    parser.add_argument("target", type=Path, metavar="TARGET", help="the file to write")


def run(args: argparse.Namespace) -> int:
    """Write the file and print what became of each tensor, or how many tags there are."""
    args.target.parent.mkdir(parents=True, exist_ok=True)
    print("\n".join((_words if args.file.suffix == ".pkl" else _weights)(args.file, args.target)))
    return 0


def _weights(file: Path, target: Path) -> list[str]:
    from safetensors.torch import save_file

    from training.networks.foreign import read_tensors
    from training.networks.renaming import renamed

    found = read_tensors(file)
    own = renamed(found)
    save_file({name: value.contiguous().clone() for name, value in own.tensors.items()}, target)
    lines = [
        f"{name:48} {tuple(value.shape)!s:20} {', '.join(own.origins[name]) or 'filled in'}"
        for name, value in sorted(own.tensors.items())
    ]
    dropped = own.dropped(found)
    filled = sum(not names for names in own.origins.values())
    counts = f"{len(found)} tensors read, {len(own.tensors)} written to {target}"
    return [
        *lines,
        *(f"{'left out':48} {tuple(found[name].shape)!s:20} {name}" for name in dropped),
        f"{counts}; {len(dropped)} left out, {filled} filled in",
    ]


def _words(file: Path, target: Path) -> list[str]:
    from training.tokens.foreign_vocabulary import read_animesion_vocabulary

    vocabulary = read_animesion_vocabulary(file)
    target.write_text(vocabulary.to_json(), "utf-8")
    return [f"{len(vocabulary.tags)} tags written to {target}, under the ids they had"]
