"""A small study on toy pictures: a network that is trained first, and cells that begin with it."""

from pathlib import Path

from tests.helpers.toy_sets import write_toy_set

SETS = """
[toy]
folder = "toy"
identity = "colour"
validation = 0.2
test = 0.3
"""

SETTINGS = """
[settings]
"network.backbone" = "vit_tiny_patch16_224"
"network.depth" = 2
"network.width" = 24
"network.heads" = 2
"network.size" = 32
"network.pretrained" = false
"network.resize" = "pad"
"network.load" = "transfer"
"datasets.store" = "cache"
"datasets.sources" = [{ name = "toy", path = "$EXPERIMENTS/sets/toy", split = "column" }]
"run.epochs" = 0.0
"run.steps" = 4
"run.batch" = 8
"run.workers" = 0
"run.checkpoint_every" = 1
"run.validate_every" = 0.0
"""

FIRST = """
number = 0
title = "Before"
about = "What the other begins with."
sets = ["toy"]
measured_on = ""
measures = []
seeds = [1]
keeps = true
preset = "animesion-b16-ifa"

[axes.network.vit]
"""

SECOND = """
number = 1
title = "After"
about = "Two heads."
sets = ["toy"]
measured_on = "toy"
measures = ["top1"]
seeds = [1, 2]
preset = "animesion-b16-ifa"

[axes.head.plain]
"network.head" = "linear"

[axes.head.ifa]
"network.head" = "ifa"

[axes.start.pretrained]
"network.checkpoint" = "$EXPERIMENTS/runs/first/vit/seed-1"

[axes.start.random]

[[comparisons]]
axis = "head"
of = "ifa"
against = "plain"
"""


def write_toy_studies(folder: Path) -> Path:
    """Write the studies first and second, which begins with it; return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"first": FIRST, "second": SECOND}.items():
        head, axes = text.split("[axes", 1)
        (folder / f"{name}.toml").write_text(f"{head}{SETTINGS}\n[axes{axes}", "utf-8")
    return folder


def write_toy_data(folder: Path, count: int = 40) -> Path:
    """Write a set of coloured discs whose class is their colour; return the data folder."""
    toy = write_toy_set(folder / "toy", count)
    rows = (toy / "manifest.csv").read_text("utf-8").splitlines()[1:]
    pairs = (row.split(",")[:2] for row in rows)
    lines = [f"{file},{tags.split()[0]}" for file, tags in pairs]
    (toy / "labels.csv").write_text("\n".join(["file,colour", *lines]) + "\n", "utf-8")
    return folder
