"""Which pictures show the same: the thresholds on generated pictures, groups and their best."""

import io
import time

import numpy as np
from PIL import Image, ImageOps

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.perceptual_hash import mirrored
from anitag_desktop.recognition.facts import perceptual_hash
from anitag_desktop.services.duplicating import DuplicateGroup, Duplicates
from anitag_desktop.services.pairing import NEAR_BITS
from anitag_desktop.storage import files, images, predictions
from tests.helpers.images import drawing, illustration
from tests.helpers.libraries import MODEL, use_model
from tests.helpers.seeding import add_folder, facts

HASH = 0x0123_4567_89AB_CDEF


def put(store, name, status=ImageStatus.PRESENT, vector=None, **changes):
    """Add an imaginary picture; 1000 x 1000 pixels and 5000 bytes unless said otherwise."""
    folder = add_folder(store, "/pics")
    known = {"width": 1000, "height": 1000, "bytes": 5000, **changes}

    def step(conn):
        image_id = images.add(conn, facts(name, **known), added_at=time.time())
        stat = FileStat(1000, 1, 1, int(facts(name).md5[:8], 16), 1)
        file_id = files.upsert(conn, folder, f"/pics/{name}.png".encode(), stat, image_id)
        if status is not ImageStatus.PRESENT:
            files.set_status(conn, [file_id], status, 1.0)
        return image_id

    image_id = store.library.write(step)
    if vector is not None:
        numbers = np.array(vector, "<f2").tobytes()
        predictions.store(store, facts(name).sha256, MODEL, [], numbers)
    return image_id


def saved(picture, **options):
    content = io.BytesIO()
    picture.save(content, "JPEG", **options)
    return Image.open(content).convert("RGB")


def edits(picture):
    width, height = picture.size
    x, y = width // 50, height // 50
    return {
        "quality 90": saved(picture, quality=90),
        "quality 40": saved(picture, quality=40),
        "half size": picture.resize((width // 2, height // 2), Image.Resampling.LANCZOS),
        "twice the size": picture.resize((width * 2, height * 2), Image.Resampling.BICUBIC),
        "2 % cut off": picture.crop((x, y, width - x, height - y)),
        "mirrored": ImageOps.mirror(picture),
    }


def test_the_threshold_separates_copies_from_other_pictures():
    pictures = [drawing(seed, 192, 256) for seed in range(30)]
    pictures += [illustration(seed, 192, 256) for seed in range(10)]
    hashes = [perceptual_hash(picture) for picture in pictures]
    apart = {}
    for picture, own in zip(pictures, hashes, strict=True):
        for name, edited in edits(picture).items():
            expected = mirrored(own) if name == "mirrored" else own
            apart.setdefault(name, []).append((perceptual_hash(edited) ^ expected).bit_count())
    others = [(a ^ b).bit_count() for i, a in enumerate(hashes) for b in hashes[:i]]
    for name, bits in {**apart, "other pictures": others}.items():
        print(f"{name}: {min(bits)} to {max(bits)} bits, half within {np.median(bits):.0f}")  # noqa: T201 - the measurement itself
    same = [
        bits
        for name, some in apart.items()
        if "cut" not in name and "mir" not in name
        for bits in some
    ]
    assert max(same) <= NEAR_BITS
    assert np.median(apart["2 % cut off"]) <= NEAR_BITS
    assert min(others) > 2 * NEAR_BITS
    assert np.median(apart["mirrored"]) <= NEAR_BITS


def test_exact_groups_name_the_best_first(store):
    small = put(store, "a", pixel_hash="p", bytes=4000)
    large = put(store, "b", pixel_hash="p", bytes=6000)
    put(store, "c", pixel_hash="q")
    put(store, "d", pixel_hash="p", status=ImageStatus.MISSING)
    assert Duplicates(store).exact() == [DuplicateGroup(large, (small,), True)]
    old, new = put(store, "e", pixel_hash="r"), put(store, "f", pixel_hash="r")
    assert Duplicates(store).exact()[1] == DuplicateGroup(old, (new,), True)


def test_near_groups_do_not_chain_and_hold_each_picture_once(store):
    best = put(store, "a", phash=HASH, width=2000)
    near = put(store, "b", phash=HASH ^ 0b111111)
    same = put(store, "c", phash=HASH)
    chained = put(store, "d", phash=HASH ^ 0b111111 ^ (0b111 << 40))
    put(store, "e", phash=HASH ^ (0xFFFF << 16))
    assert Duplicates(store).exact() == []
    (group,) = Duplicates(store).near()
    assert (group.best, set(group.others), group.is_exact) == (best, {near, same}, False)
    assert chained not in group.others


def test_vectors_deny_what_only_looks_near(store):
    use_model(store)
    best = put(store, "a", phash=HASH, width=2000, vector=(1, 0))
    agreeing = put(store, "b", phash=HASH, vector=(1, 0.1))
    put(store, "c", phash=HASH, vector=(0, 1), height=10)
    unseen = put(store, "d", phash=HASH)
    (group,) = Duplicates(store).near()
    assert (group.best, set(group.others)) == (best, {agreeing, unseen})


def test_a_hash_with_the_highest_bit(store):
    one = put(store, "a", phash=2**64 - 1)
    two = put(store, "b", phash=2**64 - 2)
    assert Duplicates(store).near() == [DuplicateGroup(one, (two,), False)]


def test_an_empty_library_has_none(store):
    assert Duplicates(store).near() == Duplicates(store).exact() == []
