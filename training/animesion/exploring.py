"""What data_exploration.py does: numbers of a set, a histogram, a grid of pictures, a video."""

import random
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import exploration_parser, parse
from training.animesion.contact_sheet import contact_sheet, draw_histogram
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.datasets.layouts.read_set import ReadSet
from training.datasets.sample import LabelledPicture
from training.picture_sheet import WHITE

PARTS = {"train": {"train", ""}, "val": {"validation"}, "test": {"test"}}
"""Sets without a validation part leave the part of training pictures open."""

SHOWN = 10
SECOND = 1000


def explore(arguments: Sequence[str]) -> int:
    """Explore a set by animesion's flags; return the exit code."""
    args = parse(exploration_parser(), arguments)
    if not args.dataset_path:
        raise AnitagError("bad_config", path="the command line", reason="--dataset_path is missing")
    found = read_set(SourceConfig(args.dataset_name, args.dataset_path, layout=args.dataset_name))
    chosen = [p for p in found.pictures if p.part in PARTS[args.split]]
    if not chosen and (args.display_images or args.stats_partial):
        raise AnitagError("no_pictures", path=f"the {args.split} part of {args.dataset_path}")
    results = Path(args.results_dir)
    results.mkdir(parents=True, exist_ok=True)
    if args.display_images:
        name = f"{args.dataset_name}_{args.split}_labels{args.labels}"
        sheet = (args.batch_size, args.image_size, args.labels)
        if args.data_vis_full:
            save_video(chosen, sheet, results / f"{name}.webp")
        else:
            save_grid(chosen, sheet, args.seed, results / f"{name}.png")
    counted = chosen if args.stats_partial else found.pictures
    print_numbers(counted, found, args.dataset_name)
    counts = sorted(Counter(p.identity for p in counted).values(), reverse=True)
    name = f"histogram_{args.dataset_name}_partial{args.stats_partial}.png"
    draw_histogram(counts, f"Pictures of each class, {args.dataset_name}", results / name)
    return 0


def save_grid(
    pictures: Sequence[LabelledPicture], sheet: tuple[int, int, bool], seed: int, target: Path
) -> None:
    """Save a grid of pictures drawn at random."""
    count, size, labels = sheet
    drawn = random.Random(seed).sample(list(pictures), min(count, len(pictures)))
    contact_sheet(drawn, size, labels=labels).save(target)
    print(f"Saved {target}")


def save_video(
    pictures: Sequence[LabelledPicture], sheet: tuple[int, int, bool], target: Path
) -> None:
    """Save all pictures as grids that follow each other, one a second (animated WebP)."""
    count, size, labels = sheet
    starts = range(0, len(pictures), count)
    frames = [contact_sheet(pictures[s : s + count], size, labels=labels) for s in starts]
    # The last grid may be smaller; all frames of a video are of one size.
    frames = [_grown(frame, frames[0].size) for frame in frames]
    frames[0].save(target, save_all=True, append_images=frames[1:], duration=SECOND, loop=0)
    print(f"Saved {target}")


def _grown(frame: Image.Image, size: tuple[int, int]) -> Image.Image:
    grown = Image.new("RGB", size, WHITE)
    grown.paste(frame)
    return grown


def print_numbers(pictures: Sequence[LabelledPicture], found: ReadSet, name: str) -> None:
    """Print how many pictures the classes have, and which have most and least."""
    counts = Counter(dict.fromkeys(found.classes, 0))
    counts.update(p.identity for p in pictures)
    numbers = list(counts.values())
    print(f"Dataset: {name}")
    print(f"Total number of samples: {len(pictures)}")
    print(f"Number of classes: {len(counts)}")
    print(f"Mean number of samples per class: {statistics.mean(numbers)}")
    print(f"Median number of samples per class: {statistics.median(numbers)}")
    print(f"Standard deviation of samples per class: {statistics.pstdev(numbers)}")
    print(f"Fewest and most samples of a class: {min(numbers)}, {max(numbers)}")
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ids = {label: number for number, label in enumerate(found.classes)}
    for title, part in (("most", ordered[:SHOWN]), ("least", ordered[::-1][:SHOWN])):
        print(f"Characters with {title} number of samples:")
        for place, (label, count) in enumerate(part, 1):
            print(f"No. {place}: {label} (Class ID: {ids[label]}) with {count} samples")
