"""What data_exploration.py does: numbers of a set, a histogram, a grid of pictures, a video."""

import random
from collections.abc import Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import exploration_parser, parse
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.datasets.sample import LabelledPicture
from training.exploring.class_numbers import ClassCount, count_by_class, spread
from training.exploring.film_writing import write_webp
from training.exploring.frame_spool import FrameSpool
from training.exploring.thumbnails import grids
from training.picture_sheet import save_sheet

PARTS = {"train": {"train", ""}, "val": {"validation"}, "test": {"test"}}
"""Sets without a validation part leave the part of training pictures open."""

SHOWN = 10
BARS = 100
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
            save_grid(chosen, sheet, args.seed, results / f"{name}_orderedFalse.png")
    counted = chosen if args.stats_partial else found.pictures
    counts = count_by_class(found.classes, counted, [""] * len(counted))
    print_numbers(counts, args.dataset_name)
    name = f"histogram_{args.dataset_name}_partial{args.stats_partial}.png"
    save_histogram(counts, f"Pictures of each class, {args.dataset_name}", results / name)
    return 0


def save_grid(
    pictures: Sequence[LabelledPicture], sheet: tuple[int, int, bool], seed: int, target: Path
) -> None:
    """Save a grid of pictures drawn at random."""
    count, size, labels = sheet
    drawn = random.Random(seed).sample(list(pictures), min(count, len(pictures)))
    [sheet_of_all] = grids(drawn, max(1, len(drawn)), size, labels=labels)
    save_sheet(sheet_of_all, target)
    print(f"Saved {target}")


def save_video(
    pictures: Sequence[LabelledPicture], sheet: tuple[int, int, bool], target: Path
) -> None:
    """Save all pictures as grids that follow each other, one a second (animated WebP)."""
    count, size, labels = sheet
    with FrameSpool(target.parent) as frames:
        write_webp(frames.extend(grids(pictures, count, size, labels=labels)), SECOND, target)
    print(f"Saved {target}")


def save_histogram(counts: Sequence[ClassCount], title: str, target: Path) -> None:
    """Save the numbers of the hundred largest classes as bars."""
    # Only what draws needs matplotlib, which takes long to begin.
    from training.exploring.plots import ranked_bars

    shown = {"pictures": [count.pictures for count in counts[:BARS]]}
    ranked_bars("histogram", title, shown, "classes, the largest first").save(target)


def print_numbers(counts: Sequence[ClassCount], name: str) -> None:
    """Print how many pictures the classes have, and which have most and least."""
    numbers = spread([count.pictures for count in counts])
    print(f"Dataset: {name}")
    print(f"Total number of samples: {numbers['pictures']}")
    print(f"Number of classes: {numbers['classes']}")
    print(f"Mean number of samples per class: {numbers['mean']}")
    print(f"Median number of samples per class: {numbers['median']}")
    print(f"Standard deviation of samples per class: {numbers['deviation']}")
    print(f"Fewest and most samples of a class: {numbers['fewest']}, {numbers['most']}")
    for title, part in (("most", counts[:SHOWN]), ("least", counts[::-1][:SHOWN])):
        print(f"Characters with {title} number of samples:")
        for place, one in enumerate(part, 1):
            print(f"No. {place}: {one.name} (Class ID: {one.number}) with {one.pictures} samples")
