"""What inference.py does: recognise pictures, tag them too, or tag a list of them."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import inference_parser, parse
from training.animesion.attention_pictures import save_rollout
from training.animesion.captioned import class_lines, save_captioned
from training.animesion.generated_tags import tag_list
from training.animesion.guessed_tags import guessed_tags
from training.animesion.presets import settings_of
from training.animesion.trained import open_checkpoint, reads_tags
from training.config import Config, SourceConfig
from training.predictions import class_logits, word_shares
from training.preprocessing import read_prepared
from training.tasks.task import Task

TAGGING = "recognition_tagging"
LISTS = ("generate_tags", "gen_tags")
PICTURES = {"danbooruFaces": "faces", "danbooruFull": "fullMin256"}


def infer(arguments: Sequence[str]) -> int:
    """Look at pictures by animesion's flags; return the exit code."""
    args = parse(inference_parser(), arguments)
    results = Path(args.results_dir)
    task, config = open_for_looking(args)
    if args.mode != "recognition_vision" and config.task.name != "multimodal":
        reason = f"--mode {args.mode} needs a network that was trained with --multimodal"
        raise AnitagError("bad_config", path="the command line", reason=reason)
    look = Looking(task, config, args.tag_rounds)
    if args.mode in LISTS:
        return tag_list(look, Path(args.test_path), _folder_of(config.datasets.sources[0]))
    for path in pictures_of(Path(args.test_path)):
        _show(look, path, args, results)
    return 0


def open_for_looking(args: argparse.Namespace) -> tuple[Task, Config]:
    """Return what a command line wants to look with; of the set only its lists have to be there."""
    args.multimodal = args.multimodal or reads_tags(args.checkpoint_path)
    return open_checkpoint(
        settings_of(args),
        Path(args.results_dir) / "work",
        is_set_named=args.is_set_named,
        needs_pictures=False,
    )


def _folder_of(source: SourceConfig) -> Path:
    """Return where the pictures of one of animesion's sets lie."""
    return Path(source.path) / PICTURES.get(source.layout, "data")


class Looking:
    """Looks at picture files with a network."""

    def __init__(self, task: Task, config: Config, rounds: int = 1) -> None:
        """With several ``rounds`` the surest tags are shown to the network for the others."""
        self.task, self._config, self._rounds = task, config, max(1, rounds)

    @torch.no_grad()
    def look(self, path: Path) -> tuple[torch.Tensor, list[tuple[str, float]]]:
        """Return class probabilities (C) and, of a network that reads tags, its tags.

        Raises:
            AnitagError: the file is no picture that the app would read.
        """
        images = self.prepared(path)
        logits, _ = class_logits(self.task, images)
        words = word_shares(self.task, images, self._rounds)
        tags = [] if words is None else guessed_tags(words[0], self.task)
        return logits[0].float().softmax(0).cpu(), tags

    def prepared(self, path: Path) -> torch.Tensor:
        """Return a picture file as the network's input (1 x 3 x S x S)."""
        device = next(self.task.network.parameters()).device
        preparation = self.task.collection.views.preparation
        pixels = read_prepared(path, preparation, self._config.network.size)
        return torch.from_numpy(pixels)[None].to(device)


def pictures_of(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, or one file.

    Raises:
        AnitagError: ``no_such_file`` when there is neither.
    """
    if not folder.exists():
        raise AnitagError("no_such_file", path=folder)
    yield from sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else [folder]


def _show(look: Looking, path: Path, args: Any, results: Path) -> None:
    try:
        shares, tags = look.look(path)
    except AnitagError as error:
        print(f"{path.name}: {error}")
        return
    lines = [path.stem, *class_lines(shares, look.task.collection.classes)]
    if args.mode == TAGGING:
        lines.append(f"Predicted {len(tags)} tags: {[name for name, _ in tags]}")
    print("\n  ".join(lines))
    if args.save_results:
        save_captioned(path, lines, results / f"{path.stem}.jpg")
    if args.ret_attn_scores:
        save_rollout(look, path, results / "attention")
