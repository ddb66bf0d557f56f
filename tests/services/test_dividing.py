"""Which pictures teach, tune and judge: for good, and never a picture and its look-alike apart."""

import hashlib
import json
import random

from anitag_desktop.domain.perceptual_hash import MIRROR
from anitag_desktop.services.dividing import TEST, TRAIN, UNUSED, VALIDATION, divide, group
from anitag_desktop.storage.training_pictures import PresentPicture


def picture(number: int, phash: int | None = None) -> PresentPicture:
    digest = hashlib.sha256(str(number).encode())
    found = int.from_bytes(digest.digest()[:8], "big") if phash is None else phash
    signed = found - 2**64 if found >= 2**63 else found
    return PresentPicture(digest.hexdigest(), signed, 8, 8, 100, f"/pictures/{number}.png")


def hashed(one: PresentPicture) -> int:
    return one.phash % 2**64


def test_planted_near_duplicates_never_straddle_a_split(tmp_path) -> None:
    known = [picture(number) for number in range(300)]
    dice = random.Random(0)
    planted = []
    for number, one in enumerate(known[:90]):
        flips = sum(1 << bit for bit in dice.sample(range(64), number % 7))
        mirrored = MIRROR if number % 2 else 0
        planted.append(picture(1_000 + number, hashed(one) ^ flips ^ mirrored))
    groups = group([*known, *planted])
    parts = divide(tmp_path / "parts.jsonl", groups)
    for one, copy in zip(known[:90], planted, strict=True):
        assert groups[one.sha256] == groups[copy.sha256]
        assert parts[one.sha256] == parts[copy.sha256]
    assert len(set(groups.values())) == 300
    shares = [list(parts.values()).count(part) / len(parts) for part in (TRAIN, VALIDATION, TEST)]
    assert shares[0] > 0.5
    assert min(shares) > 0.03


def test_what_is_like_something_that_is_like_a_third_is_of_its_group() -> None:
    start = hashed(picture(1))
    chain = [picture(number, start ^ ((1 << 5 * number) - 1)) for number in range(4)]
    assert len(set(group(chain).values())) == 1


def test_no_picture_ever_moves(tmp_path) -> None:
    book = tmp_path / "parts.jsonl"
    before = divide(book, group([picture(number) for number in range(100)]))
    after = divide(book, group([picture(number) for number in range(50, 400)]))
    again = divide(book, group([picture(number) for number in range(400)]))
    assert all(again[one] == part for one, part in (before | after).items())


def test_a_picture_that_bridges_two_groups_leaves_one_of_them_out(tmp_path) -> None:
    book = tmp_path / "parts.jsonl"
    parts = {"a" * 64: TRAIN, "b" * 64: TEST}
    book.write_text("".join(json.dumps(pair) + "\n" for pair in parts.items()))
    found = divide(book, dict.fromkeys(("a" * 64, "b" * 64, "c" * 64), "a" * 64))
    assert found == {"a" * 64: TRAIN, "b" * 64: UNUSED, "c" * 64: TRAIN}


def test_a_damaged_book_is_no_reason_to_stop(tmp_path) -> None:
    book = tmp_path / "parts.jsonl"
    groups = {f"{number:064x}": f"{number:064x}" for number in range(40)}
    before = divide(book, groups)
    book.write_bytes(book.read_bytes()[:200] + b'\xff{"\n["x", "somewhere"]\n[1]\n7\n')
    assert divide(book, groups) == before
