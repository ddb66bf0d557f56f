"""Which pictures show the same: the thresholds on generated pictures, groups and their best."""

import io
import time

import numpy as np
import pytest
from PIL import Image, ImageOps

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.perceptual_hash import mirrored
from anitag_desktop.recognition.facts import perceptual_hash
from anitag_desktop.services import pairing
from anitag_desktop.services.duplicating import DuplicateGroup, Duplicates
from anitag_desktop.services.pairing import (
    FAR_BITS,
    NEAR_BITS,
    SAME_BITS,
    NearPictures,
)
from anitag_desktop.storage import files, images, predictions
from anitag_desktop.storage.duplicates import Shown
from anitag_desktop.storage.interruptions import GivenUpError
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


@pytest.mark.parametrize(
    ("bits", "cosine", "is_found"),
    [
        *((SAME_BITS, -1.0, True), (SAME_BITS, None, True)),
        *((NEAR_BITS, 0.81, True), (NEAR_BITS, 0.79, False), (NEAR_BITS, None, True)),
        *((FAR_BITS, 0.96, True), (FAR_BITS, 0.94, False), (FAR_BITS, None, False)),
        (FAR_BITS + 2, 1.0, False),
    ],
)
def test_the_further_the_hashes_the_nearer_the_vectors_have_to_be(store, bits, cosine, is_found):
    use_model(store)
    best = put(store, "a", phash=HASH, width=2000, vector=(1, 0))
    turned = None if cosine is None else (cosine, (1 - cosine**2) ** 0.5)
    other = put(store, "b", phash=HASH ^ ((1 << bits) - 1), vector=turned)
    wanted = [DuplicateGroup(best, (other,), False)] if is_found else []
    assert Duplicates(store).near() == wanted


def test_mirrored_pictures_are_near_and_said_to_be_mirrored(store):
    best = put(store, "a", phash=HASH, width=2000)
    turned = put(store, "b", phash=mirrored(HASH) ^ 0b11)
    (pair,) = Duplicates(store).queue()
    assert (pair.best, pair.other, pair.alike.bits) == (best, turned, 2)
    assert pair.alike.is_mirrored


def test_the_most_alike_come_first_and_those_of_a_group_together(store):
    other, last = HASH ^ (0xFFFF << 32), HASH ^ (0xFFFF << 16)
    far = put(store, "a", phash=HASH, width=3000), put(store, "b", phash=HASH ^ 0b1111)
    best = put(store, "c", phash=other, width=2000)
    near, third = (put(store, n, phash=other ^ bits) for n, bits in (("d", 0b11), ("e", 0b111111)))
    same = [put(store, n, phash=last, pixel_hash="p", bytes=b) for n, b in (("f", 9), ("g", 8))]
    found = [(pair.best, pair.other) for pair in Duplicates(store).queue()]
    assert found == [tuple(same), (best, near), (best, third), far]


def test_of_a_crowd_whose_vectors_disagree_each_is_compared_with_some_only(store, monkeypatch):
    use_model(store)
    compared = []
    monkeypatch.setattr(pairing._Vectors, "cosines", lambda _, one, others: _deny(compared, others))
    monkeypatch.setattr(pairing, "_LOOKED_AT", 5)
    hashes = [HASH ^ (0b111 << 3 * a) ^ (0b111 << 3 * b) for a in range(21) for b in range(a)]
    crowd = [Shown(n, f"pixels {n}", one, 100, 100, n) for n, one in enumerate(hashes)]
    assert list(NearPictures(store, crowd, frozenset()).groups()) == []
    assert len(crowd) < len(compared) <= 5 * len(crowd)


@pytest.mark.parametrize("questions", [0, 1, 20, 40])
def test_looking_ends_when_nobody_waits_for_it_any_more(store, questions):
    for n in range(20):
        put(store, str(n), phash=HASH ^ (n << 40))
    asked = iter([False] * questions)
    with pytest.raises(GivenUpError):
        Duplicates(store).queue(lambda: next(asked, True))
    assert len(Duplicates(store).queue(lambda: False)) > 5


def test_a_crowd_that_is_all_the_same_is_one_group(store):
    crowd = [Shown(n, "pixels", HASH, 100, 100, n) for n in range(1_000)]
    ((best, alike),) = NearPictures(store, crowd, frozenset()).groups()
    assert best == 0
    assert {one.image_id for one in alike} == set(range(1, 1_000))
    assert all(one.is_exact for one in alike)


def _deny(compared, others):
    compared.extend(others)
    return [0.0] * len(others)


def test_a_hash_with_the_highest_bit(store):
    one = put(store, "a", phash=2**64 - 1)
    two = put(store, "b", phash=2**64 - 2)
    assert Duplicates(store).near() == [DuplicateGroup(one, (two,), False)]


def test_an_empty_library_has_none(store):
    assert Duplicates(store).near() == Duplicates(store).exact() == []
