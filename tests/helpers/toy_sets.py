"""Small labelled sets for training: coloured discs whose tags follow from how they were drawn."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COLOURS = {"red_hair": (220, 40, 40), "blue_hair": (40, 60, 220), "green_hair": (40, 190, 60)}

Draw = Callable[[int], tuple[Image.Image, list[str]]]
"""Draws the picture of a seed; returns it with its tags."""

PATCHES, PATCHED = 8, 0.4
"""So many patches a side, and how much of a picture they cover."""


def toy_picture(seed: int, size: int = 48) -> tuple[Image.Image, list[str]]:
    """Return a disc in a hair colour, with a square or not, and its tags."""
    rng = np.random.default_rng(seed)
    tag = list(COLOURS)[seed % len(COLOURS)]
    shade = tuple(int(v) for v in rng.integers(150, 255, 3))
    image = Image.new("RGB", (size, size), shade)
    pen = ImageDraw.Draw(image)
    left, top = (int(v) for v in rng.integers(2, size // 3, 2))
    pen.ellipse((left, top, left + size // 2, top + size // 2), fill=COLOURS[tag])
    tags = [tag, "1girl"]
    if seed % 2:
        pen.rectangle((size - 14, size - 14, size - 4, size - 4), fill=(0, 0, 0))
        tags.append("hat")
    return image, tags


def patched_picture(seed: int) -> tuple[Image.Image, list[str]]:
    """Return a disc behind patches of grey: unlike plain ones, no two of 300 are look-alikes."""
    image, tags = toy_picture(seed)
    shades = np.random.default_rng([seed, PATCHES]).integers(0, 256, (PATCHES, PATCHES), np.uint8)
    patches = Image.fromarray(shades).convert("RGB").resize(image.size, Image.Resampling.NEAREST)
    return Image.blend(image, patches, PATCHED), tags


def write_toy_set(folder: Path, count: int = 60, first: int = 0, draw: Draw = toy_picture) -> Path:
    """Write ``count`` pictures with manifest.csv (file, tags, character, rating, group)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "tags", "character", "rating", "group"])
        for seed in range(first, first + count):
            image, tags = draw(seed)
            image.save(folder / f"{seed}.png")
            character = "ruby" if "red_hair" in tags and "hat" in tags else ""
            rating = "sensitive" if seed % 5 == 0 else "general"
            writer.writerow([f"{seed}.png", " ".join(tags), character, rating, f"g{seed}"])
    return folder


def toy_values(folder: Path, cache: Path, **run: object) -> dict[str, object]:
    """Return the plain values of a tiny config on a toy set; ``run`` overrides [run]."""
    return {
        "run": {"steps": 4, "batch": 8, "checkpoint_every": 2, **run},
        "network": {"backbone": "mobilenetv4_conv_small_035", "size": 32},
        "optimiser": {"warm_up": 2},
        "datasets": {
            "cache": str(cache),
            "min_count": 2,
            "min_character_count": 2,
            "validation": 0.2,
            "test": 0.2,
            "sources": [{"name": "toy", "path": str(folder)}],
        },
    }
