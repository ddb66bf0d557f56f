"""What the cache of smaller pictures saves: decoding originals against reading what was made.

    .venv/bin/python tests/benchmarks/picture_cache.py [--pictures 60] [--rounds 5] [--side 246]

Drawn JPEG pictures of 800 x 1133 pixels, as booru samples are. In each round every picture is read
in three ways, which take turns: ``original`` is the file as ``store = "files"`` decodes it,
``resized`` its JPEG copy (shorter side ``--side``), ``cache`` its square of pixels (of that side);
each then brought to 224 x 224. Printed are milliseconds of CPU time a picture (medians of the
rounds) and the ratio to ``original`` of the same run; below that how long making took, and MB.

Measured beside other work in one run: original 13.1 ms, resized 2.6 (5.0 times as fast), cache 2.2
(6.0 times); making took 19 and 37 ms a picture; 7.5 MB of originals became 2.4 and 10.9 MB.
"""

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image

from anitag_desktop.recognition.decoding import decode
from tests.helpers.images import artwork
from training.datasets.cache_preset import CachePreset
from training.datasets.picture_cache import PictureCache
from training.datasets.pixel_cache import CachedPixels
from training.progress import Progress

SIZE = (224, 224)


def read(path: Path) -> Image.Image:
    """Read a picture as the views of ``store = "files"`` do."""
    image = decode(path.read_bytes(), is_hashed=False).image
    return image.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC)


def cost(ways: dict[str, Callable[[int], object]], count: int) -> dict[str, float]:
    """Return milliseconds of CPU time a picture, each picture in all ways before the next."""
    spent = dict.fromkeys(ways, 0.0)
    for number in range(count):
        for name, way in ways.items():
            started = time.process_time()
            way(number)
            spent[name] += time.process_time() - started
    return {name: 1000 * seconds / count for name, seconds in spent.items()}


def make(folder: Path, preset: CachePreset, paths: list[Path]) -> tuple[PictureCache, list[str]]:
    """Fill a cache and print what it took."""
    cache, started = PictureCache(folder, preset), time.process_time()
    hashes = cache.fill(paths, Progress(as_json=True, stream=io.StringIO()))
    spent = 1000 * (time.process_time() - started) / len(paths)
    size = sum(cache.path(sha256).stat().st_size for sha256 in hashes) / 1e6
    print(f"made {preset.name}: {spent:.1f} ms of CPU time a picture, {size:.1f} MB")
    return cache, hashes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=246)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        paths = [Path(place) / f"{seed}.jpg" for seed in range(args.pictures)]
        for seed, path in enumerate(paths):
            artwork(seed, 800, 1133).save(path, quality=90)
        print(f"originals: {sum(p.stat().st_size for p in paths) / 1e6:.1f} MB")
        smaller, hashes = make(Path(place) / "c", CachePreset("shorter", args.side), paths)
        squares, _ = make(Path(place) / "c", CachePreset("square", args.side), paths)
        pixels = CachedPixels(squares, paths, hashes)
        ways: dict[str, Callable[[int], object]] = {
            "original": lambda n: read(paths[n]),
            "resized": lambda n: read(smaller.path(hashes[n])),
            "cache": lambda n: Image.fromarray(pixels[n]).resize(SIZE, Image.Resampling.BICUBIC),
        }
        rounds = [cost(ways, len(paths)) for _ in range(args.rounds)]
        whole = statistics.median(found["original"] for found in rounds)
        for name in ways:
            found = statistics.median(found[name] for found in rounds)
            print(f"{name:9} {found:6.2f} ms of CPU time a picture   ratio {whole / found:5.1f}")


if __name__ == "__main__":
    main()
