"""The cache of smaller pictures: right, keyed by content and preset, whole whatever happens."""

import io
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from tests.helpers.images import drawing, quadrants, write_good
from training.datasets.cache_preset import CachePreset
from training.datasets.picture_cache import PictureCache
from training.datasets.pixel_cache import CachedPixels
from training.progress import Progress

SQUARE = CachePreset("square", 24)
SHORTER = CachePreset("shorter", 40)
ROOT = Path(__file__).parents[3]


def quiet():
    return Progress(as_json=True, stream=io.StringIO())


def drawings(folder, count, side=60):
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{seed}.png" for seed in range(count)]
    for seed, path in enumerate(paths):
        drawing(seed, side, side + 20).save(path)
    return paths


def made_files(cache):
    return {path: path.stat().st_mtime_ns for path in cache.place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("preset", [SQUARE, SHORTER])
def test_every_kind_of_picture_is_made_smaller(tmp_path, preset):
    good = write_good(tmp_path / "good")
    cache = PictureCache(tmp_path / "cache", preset)
    for name, sha256 in zip(good, cache.fill([*good.values()], quiet()), strict=True):
        content = cache.path(sha256).read_bytes()
        if preset is SQUARE:
            assert preset.pixels(content).shape == (24, 24, 4), name
            continue
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB"), name
            assert min(image.size) in (32, 40), name  # one is 32 pixels wide


def test_squares_are_upright_padded_and_keep_their_alpha(tmp_path):
    wide = tmp_path / "wide.png"
    quadrants(48, 24).save(wide)
    cut_out = tmp_path / "cut_out.png"
    quadrants(48, 48, "RGBA").save(cut_out)
    cache = PictureCache(tmp_path / "cache", SQUARE)
    hashes = cache.fill([wide, cut_out], quiet())
    pixels = CachedPixels(cache, [wide, cut_out], hashes)
    assert (len(pixels), pixels[0].shape) == (2, (24, 24, 4))
    assert pixels[0][1, 12].tolist() == [255, 255, 255, 255]
    assert np.abs(pixels[0][9, 4].astype(int) - [250, 10, 60, 255]).max() <= 2
    assert (pixels[1][4, 4, 3], pixels[1][20, 20, 3]) == (255, 0)
    assert [one.tolist() for one in pixels] == [pixels[0].tolist(), pixels[1].tolist()]
    assert [cache.path(h).stat().st_size for h in hashes] == [24 * 24 * 3, 24 * 24 * 4]


def test_smaller_copies_keep_their_shape_and_are_never_enlarged(tmp_path):
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    drawing(1, 200, 300).save(large)
    quadrants(30, 20, "RGBA").save(small)
    cache = PictureCache(tmp_path / "cache", SHORTER)
    one, other = (cache.path(h).read_bytes() for h in cache.fill([large, small], quiet()))
    assert Image.open(io.BytesIO(one)).size == (40, 60)
    image = Image.open(io.BytesIO(other))
    assert image.size == (30, 20)
    assert min(image.getpixel((29, 19))) >= 250  # see-through is white


def test_the_key_is_the_content_and_the_preset(tmp_path):
    paths = drawings(tmp_path / "set", 4)
    copy = shutil.copy(paths[0], tmp_path / "copy.png")
    cache = PictureCache(tmp_path / "cache", SQUARE)
    hashes = cache.fill([*paths, Path(copy)], quiet())
    assert hashes[4] == hashes[0]
    before = made_files(cache)
    assert len(before) == 4
    moved = (tmp_path / "set").rename(tmp_path / "moved")
    assert cache.fill([moved / p.name for p in paths], quiet()) == hashes[:4]
    assert made_files(cache) == before  # nothing was decoded again
    drawing(9).save(moved / "0.png")
    assert cache.fill([moved / "0.png"], quiet())[0] not in hashes
    other = PictureCache(tmp_path / "cache", CachePreset("square", 25))
    assert other.fill([moved / "1.png"], quiet()) == [hashes[1]]
    assert other.path(hashes[1]) != cache.path(hashes[1])


def test_files_that_are_known_are_not_read(tmp_path, monkeypatch):
    paths = drawings(tmp_path / "set", 3)
    hashes = PictureCache(tmp_path / "cache", SQUARE).fill(paths, quiet())
    monkeypatch.setattr(PictureCache, "_make", lambda *_: pytest.fail("it was read"))
    assert PictureCache(tmp_path / "cache", SQUARE).fill(paths, quiet()) == hashes


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "more"])
def test_a_damaged_square_is_made_again(tmp_path, damage):
    (path,) = drawings(tmp_path / "set", 1)
    cache = PictureCache(tmp_path / "cache", SQUARE)
    hashes = cache.fill([path], quiet())
    pixels, file = CachedPixels(cache, [path], hashes), cache.path(hashes[0])
    whole, content = pixels[0], file.read_bytes()
    file.unlink()
    if damage != "gone":
        file.write_bytes({"empty": b"", "cut": content[:-7], "more": content + b"x"}[damage])
    assert np.array_equal(pixels[0], whole)
    assert cache.fill([path], quiet()) == hashes
    assert file.read_bytes() == content


def test_pictures_that_cannot_be_read_are_told_after_all_others_are_made(tmp_path):
    paths = drawings(tmp_path / "set", 5)
    paths[1].write_bytes(b"no picture")
    paths[3].unlink()
    cache = PictureCache(tmp_path / "cache", SQUARE)
    with pytest.raises(AnitagError, match=r"1\.png cannot be read .* nor can 1 others"):
        cache.fill(paths, quiet())
    assert len(made_files(cache)) == 3
    with pytest.raises(AnitagError, match=r"1\.png cannot be read"):
        cache.fill(paths, quiet())


def test_a_cache_goes_to_another_process(tmp_path):
    paths = drawings(tmp_path / "set", 2)
    cache = PictureCache(tmp_path / "cache", SQUARE)
    pixels = CachedPixels(cache, paths, cache.fill(paths, quiet()))
    assert np.array_equal(pickle.loads(pickle.dumps(pixels))[1], pixels[1])


def test_who_cannot_write_is_told(tmp_path):
    paths = drawings(tmp_path / "set", 1)
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(AnitagError) as caught:
        PictureCache(tmp_path / "cache", SQUARE).fill(paths, quiet())
    assert caught.value.code == "cannot_write"


FILL = """
import io, sys
from pathlib import Path
from training.datasets.cache_preset import CachePreset
from training.datasets.picture_cache import PictureCache
from training.progress import Progress
paths = sorted(Path(sys.argv[1]).iterdir())
cache = PictureCache(Path(sys.argv[2]), CachePreset("square", 24))
cache.fill(paths, Progress(as_json=True, stream=io.StringIO()))
"""


def fill(folder, cache):
    words = [sys.executable, "-c", FILL, str(folder), str(cache)]
    return subprocess.Popen(words, cwd=ROOT, start_new_session=True)


@pytest.mark.integration
def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path):
    paths = sorted(drawings(tmp_path / "set", 60, 500))
    folder, cache = tmp_path / "cache", PictureCache(tmp_path / "cache", SQUARE)
    for count in (5, 20, 40):
        process, end = fill(tmp_path / "set", folder), time.monotonic() + 60
        while time.monotonic() < end and len(made_files(cache)) < count:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert all(path.stat().st_size == 24 * 24 * 3 for path in made_files(cache))
    before = made_files(cache)
    assert 40 <= len(before) < 60
    (folder / "making" / "left").write_bytes(b"half a picture")
    hashes = cache.fill(paths, quiet())
    after = made_files(cache)
    assert len(after) == 60
    assert {path: after[path] for path in before} == before
    assert not list((folder / "making").iterdir())
    fresh = PictureCache(tmp_path / "fresh", SQUARE)
    assert fresh.fill(paths, quiet()) == hashes
    assert all(fresh.path(h).read_bytes() == cache.path(h).read_bytes() for h in hashes)


@pytest.mark.integration
def test_two_processes_fill_one_cache(tmp_path):
    drawings(tmp_path / "set", 40, 200)
    processes = [fill(tmp_path / "set", tmp_path / "cache") for _ in range(2)]
    assert [process.wait(120) for process in processes] == [0, 0]
    rows = (tmp_path / "cache" / "hashes.jsonl").read_text().splitlines()
    assert len({json.loads(row)["file"] for row in rows}) == len(rows) == 40
