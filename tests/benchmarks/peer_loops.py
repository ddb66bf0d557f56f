"""The loops with which people tag pictures today, for ``taggers.py``; run in their own environment.

    PYTHON tests/benchmarks/peer_loops.py LOOP MODEL_FOLDER PICTURE...

``imgutils`` calls ``get_wd14_tags`` of dghs-imgutils for one picture after the other.
``sd-scripts`` has the shape of the tagging script of kohya's sd-scripts: pad with NumPy, scale with
OpenCV, run a batch of one, go through all labels in Python. Each line on standard input is a
number of pictures; the answer is a line with the seconds of clock and of CPU time that one took.
"""

import csv
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
from PIL import Image

Tag = Callable[[str], object]


def imgutils(folder: Path) -> Tag:
    """Return the tagger of dghs-imgutils; its hub is the folder."""
    import huggingface_hub

    huggingface_hub.hf_hub_download = lambda repo_id, filename, **_: str(
        folder / Path(filename).name
    )
    from imgutils.tagging import get_wd14_tags

    return get_wd14_tags


def sd_scripts(folder: Path) -> Tag:
    """Return a tagger of the shape of sd-scripts."""
    import cv2
    import onnxruntime

    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    name = session.get_inputs()[0].name
    side = session.get_inputs()[0].shape[1]
    with (folder / "selected_tags.csv").open(encoding="utf-8") as file:
        labels = [(row["name"], row["category"]) for row in csv.DictReader(file)]

    def tag(path: str) -> object:
        with Image.open(path) as opened:
            pixels = np.array(opened.convert("RGB"))[:, :, ::-1]
        size = max(pixels.shape[:2])
        rows, columns = size - pixels.shape[0], size - pixels.shape[1]
        pads = (
            (rows // 2, rows - rows // 2),
            (columns // 2, columns - columns // 2),
            (0, 0),
        )
        pixels = np.pad(pixels, pads, mode="constant", constant_values=255)
        kernel = cv2.INTER_AREA if size > side else cv2.INTER_LANCZOS4
        pixels = cv2.resize(pixels, (side, side), interpolation=kernel).astype(np.float32)
        scores = session.run(None, {name: np.array([pixels])})[0][0]
        found = []
        for (label, category), score in zip(labels, scores, strict=True):
            if category in ("0", "4") and score >= 0.35:
                found.append(label.replace("_", " "))
        return ", ".join(found)

    return tag


LOOPS = {"imgutils": imgutils, "sd-scripts": sd_scripts}


def main() -> None:
    """Warm up, then serve."""
    loop, folder, *pictures = sys.argv[1:]
    tag = LOOPS[loop](Path(folder))
    tag(pictures[0])
    print("ready", flush=True)
    for line in sys.stdin:
        count = int(line)
        clock, cpu = time.perf_counter(), time.process_time()
        for number in range(count):
            tag(pictures[number % len(pictures)])
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        print(clock / count, cpu / count, flush=True)


if __name__ == "__main__":
    main()
