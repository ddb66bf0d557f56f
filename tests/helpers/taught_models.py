"""Look-alike taggers for retraining: one that people correct, one that learnt, a damaged one.

The label ``hat`` is right where the picture is bright at the top right (feature 3 of
``tests.helpers.models``). The old model looks at the bottom left instead, so it is right by chance
only; the better one looks where it should; the damaged one says the contrary of everything.
"""

import json
import os
import shutil
import stat
import sys
from pathlib import Path

import numpy as np
from PIL import Image

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.helpers import models

NAMES = ("hat", "dog", "cat", "tree", "sky", "sea")
FEATURES = (6, 0, 1, 2, 4, 5)
"""Where the old model looks for each."""

RIGHT = 3
SIDE = 32


def write_tagger(
    folder: Path,
    hat: int = FEATURES[0],
    gain: float = 30.0,
    key: tuple[str, str] = ("anitag/old", "1"),
) -> Path:
    """Write a tagger of the family of this project; ``gain`` under 0 turns every answer round."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = models.Graph()
    features = graph.quadrants("pixels", SIDE, layout="NCHW", order="RGB", mean=0.5, std=0.5)
    weight = np.zeros((12, len(NAMES)), np.float32)
    weight[(hat, *FEATURES[1:]), range(len(NAMES))] = gain
    logits = graph.op("MatMul", features, graph.constant(weight))
    bias = np.full(len(NAMES), -gain / 2, np.float32)
    graph.out("logits", graph.op("Add", logits, graph.constant(bias)), ["batch", len(NAMES)])
    graph.out("embedding", graph.embed(features), ["batch", models.EMBEDDING_WIDTH])
    graph.save(folder / "model.onnx", ("pixels", ["batch", 3, SIDE, SIDE]))
    models.write_csv(folder / "labels.csv", ["name", "category"], [[n, "general"] for n in NAMES])
    manifest = models.own_manifest(folder, SIDE)
    outputs = [{**manifest["outputs"][0], "width": len(NAMES)}, manifest["outputs"][1]]
    changes = {"id": key[0], "revision": key[1], "family": "anitag", "outputs": outputs}
    models.write_manifest(folder, {**manifest, **changes, "decode": {}})
    return folder


def write_pictures(folder: Path, count: int) -> dict[str, bool]:
    """Write pictures of four colours; return by path whether each has a hat."""
    folder.mkdir(parents=True, exist_ok=True)
    dice, found = np.random.default_rng(0), {}
    for number in range(count):
        corners = dice.choice([30, 225], (2, 2, 3)).astype(np.uint8)
        pixels = corners.repeat(SIDE // 2, 0).repeat(SIDE // 2, 1)
        noise = dice.integers(-25, 26, (SIDE, SIDE, 1))
        path = folder / f"{number}.png"
        Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8)).save(path)
        found[str(path)] = bool(corners[0, 1, 0] > 128)
    return found


def write_fake_python(folder: Path) -> Path:
    """Write a program that stands for the Python of the training environment."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "python"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__)}" "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def main(words: list[str]) -> int:
    """Do as the training environment: say it is whole, or train as ``FAKE_TRAINING`` wants."""
    if words[0] == "-c":
        return int(os.environ.get("FAKE_TRAINING") == "absent")
    job, wish = Path(words[3]), os.environ.get("FAKE_TRAINING", "better")
    order = json.loads((job / "job.json").read_text())
    if "--dry-run" in words:
        say("estimate", steps=order["steps"], seconds=90.0, memory=5 * 10**8, disk=10**8)
        return 0
    say("stage", name="train")
    for step in range(1, 4):
        say("step", step=step, of=3, loss=1 / step)
    if wish == "slow":
        import time

        time.sleep(60)
    if wish == "fails":
        sys.stderr.write("error: The training stopped: the network fell asleep.\n")
        return 1
    made = job / ".made"
    shutil.rmtree(made, ignore_errors=True)
    changes = {"better": {"hat": RIGHT}, "damaged": {"gain": -30.0}, "same": {}}[wish]
    write_tagger(made, key=(order["id"], "1"), **changes)
    made.replace(job / "result")
    return 0


def say(event: str, **values: object) -> None:
    """Tell as ``training.progress`` does."""
    sys.stdout.write(json.dumps({"event": event, **values}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
