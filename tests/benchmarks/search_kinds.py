"""The kinds of queries that are measured, each with a bare statement for the same question."""

import random
import time
from collections.abc import Callable

from tests.benchmarks.search_library import GENERAL, SCORED, SERIES, tag_name

PAGE = 200

PRESENT = "EXISTS (SELECT 1 FROM files f WHERE f.image_id = i.id AND f.status = 'present')"
HAS = (
    "i.sha256 IN (SELECT x.sha256 FROM idx.image_tags t JOIN idx.images x ON x.id = t.image_id "
    "WHERE t.tag_id = (SELECT d.id FROM idx.tags d JOIN tags g ON g.uid = d.uid WHERE g.name = ?))"
)
NEWEST = f" ORDER BY i.added_at DESC, i.id DESC LIMIT {PAGE}"


def bare(where: str, order: str = NEWEST) -> str:
    return f"SELECT i.id FROM images i WHERE {where} AND {PRESENT}{order}"


Query = tuple[str, str, tuple[object, ...]]
"""A search text, and the bare statement with its parameters for the same question."""


def tag(draw: random.Random, common: bool) -> str:
    return tag_name(draw.randrange(0, 12) if common else draw.randrange(300, GENERAL))


def one_tag(draw: random.Random, common: bool) -> Query:
    name = tag(draw, common)
    return name, bare(HAS), (name,)


def three_tags(draw: random.Random) -> Query:
    names = draw.sample(range(60), 3)
    return (
        " ".join(map(tag_name, names)),
        bare(" AND ".join([HAS] * 3)),
        tuple(map(tag_name, names)),
    )


def two_common(draw: random.Random) -> Query:
    one, other = map(tag_name, draw.sample(range(5), 2))
    return f"{one} {other}", bare(f"{HAS} AND {HAS}"), (one, other)


def with_not(draw: random.Random) -> Query:
    one, other, not_it = map(tag_name, draw.sample(range(40), 3))
    return (
        f"{one} {other} -{not_it}",
        bare(f"{HAS} AND {HAS} AND NOT {HAS}"),
        (one, other, not_it),
    )


def any_of_five(draw: random.Random) -> Query:
    names = [tag(draw, False) for _ in range(5)]
    return " or ".join(names), bare(f"({' OR '.join([HAS] * 5)})"), tuple(names)


def only_not(draw: random.Random) -> Query:
    name = tag(draw, True)
    return f"-{name}", bare(f"NOT {HAS}"), (name,)


HAS_LIKE = HAS.replace("= (SELECT", "IN (SELECT").replace("g.name = ?", "g.name GLOB ?")


def prefix(draw: random.Random) -> Query:
    pattern = f"word{draw.randrange(89)}_*"
    return pattern, bare(HAS_LIKE), (pattern,)


def infix(draw: random.Random) -> Query:
    pattern = f"*thing{draw.randrange(10, 99)}*"
    return pattern, bare(HAS_LIKE), (pattern,)


IMPLIED = HAS.replace("= (SELECT", "IN (SELECT").replace(
    "g.name = ?",
    "g.name = ? OR g.id IN (SELECT child_id FROM implications JOIN tags p ON p.id = parent_id "
    "WHERE p.name = ?)",
)


def implied(draw: random.Random) -> Query:
    name = f"series{draw.randrange(0, SERIES, 10)}"
    return name, bare(IMPLIED), (name, name)


def width(draw: random.Random) -> Query:
    least = draw.randrange(3_500, 3_990)
    return f"width:>={least} height:<1000", bare("i.width >= ? AND i.height < 1000"), (least,)


def tag_and_width(draw: random.Random) -> Query:
    name = tag(draw, True)
    return f"{name} width:>=3900", bare(f"{HAS} AND i.width >= 3900"), (name,)


def folder(draw: random.Random) -> Query:
    name = f"/pictures/{draw.randrange(100):02d}"
    inside = "i.id IN (SELECT image_id FROM files WHERE path >= ? AND path < ?)"
    return f"folder:{name}", bare(inside), (f"{name}/".encode(), f"{name}0".encode())


def date(draw: random.Random) -> Query:
    year = draw.randrange(2020, 2024)
    first, last = (int(time.mktime((y, 1, 1, 0, 0, 0, 0, 0, -1))) * 10**9 for y in (year, year + 1))
    inside = "i.id IN (SELECT image_id FROM files WHERE mtime_ns >= ? AND mtime_ns < ?)"
    return f"date:{year}", bare(inside), (first, last)


def size(draw: random.Random) -> Query:
    least = draw.randrange(1, 4)
    inside = "i.bytes >= ? AND i.bytes <= ?"
    return f"filesize:{least}mb..{least + 1}mb", bare(inside), (least << 20, (least + 1) << 20)


def name_glob(draw: random.Random) -> Query:
    pattern = f"{draw.randrange(10, 100)}*{draw.randrange(10, 100)}.png"
    where = f"i.id IN (SELECT image_id FROM files WHERE {NAME} LIKE ?)"
    return f"name:{pattern}", bare(where), (pattern.replace("*", "%"),)


def name_part(draw: random.Random) -> Query:
    part = str(draw.randrange(1_000, 10_000))
    where = f"i.id IN (SELECT image_id FROM files WHERE {NAME} LIKE ?)"
    return f"name:{part}", bare(where), (f"%{part}%",)


def path_glob(draw: random.Random) -> Query:
    folder, part = f"{draw.randrange(100):02d}", draw.randrange(10, 100)
    where = "i.id IN (SELECT image_id FROM files WHERE CAST(path AS TEXT) LIKE ?)"
    return f"path:*/{folder}/*{part}.png", bare(where), (f"%/{folder}/%{part}.png",)


NAME = "substr(CAST(path AS TEXT), 14)"  # all folders of the library have names of one length


def ordered(order: str, by: str) -> Callable[[random.Random], Query]:
    def make(draw: random.Random) -> Query:
        name = tag_name(draw.randrange(30, 100))
        return f"{name} order:{order}", bare(HAS, f" ORDER BY {by} LIMIT {PAGE}"), (name,)

    return make


def everything(draw: random.Random) -> Query:
    return "", bare("1"), ()


def everything_at_random(draw: random.Random) -> Query:
    return (
        f"order:random:{draw.randrange(10**6)}",
        bare("1", f" ORDER BY random() LIMIT {PAGE}"),
        (),
    )


def scored(draw: random.Random) -> Query:
    name, least = tag_name(draw.choice(SCORED)), draw.randrange(50, 99)
    where = (
        "i.sha256 IN (SELECT s.uid FROM idx.predictions p "
        "JOIN idx.subjects s ON s.id = p.subject_id WHERE p.score >= ? AND p.tag_id = "
        "(SELECT d.id FROM idx.tags d JOIN tags g ON g.uid = d.uid WHERE g.name = ?))"
    )
    return f"score:{name}>=0.{least}", bare(where), (least * 100, name)


def by_score(draw: random.Random) -> Query:
    name = tag_name(draw.choice(SCORED))
    return f"{name} {tag(draw, True)} order:score:{name}", bare(HAS), (name,)


MTIME = "(SELECT min(mtime_ns) FROM files f WHERE f.image_id = i.id)"
NAME_OF = f"(SELECT {NAME} FROM files f WHERE f.image_id = i.id)"
KINDS: dict[str, Callable[[random.Random], Query]] = {
    "everything": everything,
    "rare tag": lambda draw: one_tag(draw, False),
    "common tag": lambda draw: one_tag(draw, True),
    "3-tag AND": three_tags,
    "2 most common": two_common,
    "AND with NOT": with_not,
    "NOT alone": only_not,
    "OR of 5": any_of_five,
    "prefix*": prefix,
    "*infix*": infix,
    "implied tag": implied,
    "width, height": width,
    "tag and width": tag_and_width,
    "folder": folder,
    "date": date,
    "file size": size,
    "name: glob": name_glob,
    "name: part": name_part,
    "path: glob": path_glob,
    "tag by size": ordered("filesize", "i.bytes DESC, i.id DESC"),
    "tag by date": ordered("date", f"{MTIME} DESC, i.id DESC"),
    "tag by name": ordered("name", f"{NAME_OF} DESC, i.id DESC"),
    "tag at random": ordered("random", "random()"),
    "random by seed": ordered("random:7", "random()"),
    "all at random": everything_at_random,
    "all by size": lambda draw: ("order:filesize", bare("1", BY_SIZE), ()),
    "all by name": lambda draw: ("order:name_asc", bare("1", BY_NAME), ()),
    "score >= x": scored,
    "by score": by_score,
}
RANGED = {"width, height", "tag and width", "folder", "date", "file size", "score >= x", "by score"}
"""Kinds that ask for ranges of metatags."""

PLACED = {"name: glob", "name: part", "path: glob"}
"""Kinds that look through all names."""

BY_NAME = f" ORDER BY {NAME_OF}, i.id LIMIT {PAGE}"
BY_SIZE = f" ORDER BY i.bytes DESC, i.id DESC LIMIT {PAGE}"
