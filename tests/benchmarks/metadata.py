"""How fast metadata is filtered, against doing nothing but decoding its JSON.

    python tests/benchmarks/metadata.py [--rows 1000000] [--repeat 3]

The rows look like those of Danbooru2020: 30 tags with numbers and categories, favourites and pools.
They are 100,000 again and again, in files of their own and with other numbers of the posts; files
are read from memory for the most part. Bare decoding is
``for line in file: decode(line)`` with json, msgspec and orjson (extra ``bench``); filtering is the
whole of ``training metadata filter`` with anime-art-tagger's rules, manifest written, and once more
with rules that nothing fails, where each tag is counted and each row written. Seconds are those of
the processor. ``ratio`` is to the fastest bare decoding of the same run; above 1 filtering is
faster. Measured with 1,000,000 rows of 2.6 KB on 22 November 2026, other work beside it: bare json
0.55, msgspec 0.98, orjson 1.00; filtering by anime-art-tagger's rules 0.85 (93,000 rows a second);
with everything kept 0.28, which is mostly counting and writing 30 tags a row twice. Peak memory
26 MB.
"""

import argparse
import io
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training.metadata.filtering import filter_metadata
from training.metadata.lines import MetadataLines
from training.metadata.relations import Relations
from training.metadata.rules import FilterRules, load_rules
from training.progress import Progress

FILE_ROWS = 100_000
TAGS = [f"some_tag_{i}" for i in range(8000)]
POPULAR = 400


def post(number: int, rng: random.Random) -> dict:
    names = {*rng.sample(TAGS[:POPULAR], 20), *rng.sample(TAGS, 8)}
    names |= {"1girl", "solo"} if rng.random() < 0.35 else {"1boy"}
    tags = [{"id": str(rng.randrange(10**6)), "name": n, "category": "0"} for n in sorted(names)]
    tags.append({"id": "77", "name": f"character_{rng.randrange(5000)}", "category": "4"})
    return {
        "id": str(number),
        "created_at": f"{rng.randrange(2006, 2021)}-05-03 04:35:31.81 UTC",
        "uploader_id": "1",
        "score": str(rng.randrange(50)),
        "source": f"https://i.pximg.example/img-original/img/{number}_p0.png",
        "md5": f"{rng.getrandbits(128):032x}",
        "last_commented_at": "1970-01-01 00:00:00 UTC",
        "rating": rng.choice("sssqe"),
        "image_width": "1200",
        "image_height": "1600",
        "is_note_locked": False,
        "file_ext": "jpg",
        "last_noted_at": "1970-01-01 00:00:00 UTC",
        "parent_id": "0" if rng.random() < 0.85 else str(number - 1),
        "has_children": False,
        "approver_id": "0",
        "file_size": "1020303",
        "up_score": "4",
        "down_score": "0",
        "is_pending": False,
        "is_flagged": False,
        "is_deleted": rng.random() < 0.08,
        "is_banned": False,
        "pixiv_id": "0",
        "tags": tags,
        "pools": [],
        "favs": [str(rng.randrange(10**6)) for _ in range(20)],
    }


def write(path: Path) -> None:
    rng = random.Random(1)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(FILE_ROWS):
            stream.write(json.dumps(post(number, rng)) + "\n")


def renumbered(path: Path, source: Path, first: int) -> None:
    """Write the same posts with other numbers: none of them counts twice."""
    with source.open("rb") as stream, path.open("wb") as target:
        for number, line in enumerate(stream, first):
            target.write(b'{"id": "%d"' % number + line[line.index(b",") :])


def decoders() -> dict[str, Callable[[bytes], object]]:
    found: dict[str, Callable[[bytes], object]] = {
        "json": json.loads,
        "msgspec": msgspec.json.Decoder().decode,
    }
    try:
        import orjson
    except ImportError:
        print("orjson is not installed: compared with msgspec only")
    else:
        found["orjson"] = orjson.loads
    return found


def decode_all(paths: list[Path], decode: Callable[[bytes], object]) -> None:
    for path in paths:
        with path.open("rb") as stream:
            for line in stream:
                decode(line)


def timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def everything() -> FilterRules:
    return FilterRules(rating_scheme="pre2022")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    quiet = Progress(as_json=True, stream=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "manifest.jsonl"
        paths = [Path(folder) / f"{n}.json" for n in range(max(1, args.rows // FILE_ROWS))]
        write(paths[0])
        for place, path in enumerate(paths[1:], 1):
            renumbered(path, paths[0], place * FILE_ROWS)
        rows, size = len(paths) * FILE_ROWS, paths[0].stat().st_size
        print(f"{rows} rows of {size // FILE_ROWS} bytes")
        preset = load_rules("artagger", [f"least_count={rows // 100}", "least_tags=5"])
        works = {f"bare {n}": (lambda d=d: decode_all(paths, d)) for n, d in decoders().items()}
        works["lines only"] = lambda: all(MetadataLines(paths))
        for name, rules in (("filter artagger", preset), ("filter everything", everything())):
            works[name] = lambda r=rules: filter_metadata(paths, r, Relations({}, ()), out, quiet)
        best = {name: min(timed(work) for _ in range(args.repeat)) for name, work in works.items()}
        fastest = min(seconds for name, seconds in best.items() if name.startswith("bare"))
        for name, seconds in best.items():
            speed, ratio = rows / seconds, fastest / seconds
            print(f"{name:18} {seconds:7.2f} s  {speed:9.0f} rows/s  ratio {ratio:5.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
