"""Filtering metadata of the old and the new kind, and counting its tags."""

import gzip
import io
import json
import subprocess
import sys

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_layouts import write_danbooru2020
from training.config import SourceConfig
from training.datasets.layouts import read_set
from training.datasets.vocabulary import Vocabulary
from training.metadata import choosing
from training.metadata.filtering import filter_metadata
from training.metadata.relation_files import read_relations
from training.metadata.relations import Relations
from training.metadata.rules import load_rules, preset_names
from training.metadata.vocabulary import write_vocabulary
from training.progress import Progress

QUIET = Progress(as_json=True, stream=io.StringIO())
NONE = Relations({}, ())
ALL = 'rating_scheme = "2022"\n'


def old(post: int, tags: str = "1girl solo", **changes) -> dict:
    """Return a post as the dumps of 2020 and 2021 tell it."""
    listed = [{"id": "1", "name": name, "category": "0"} for name in tags.split()]
    found = {
        "id": str(post),
        "created_at": "2015-03-01 04:35:31.81 UTC",
        "rating": "s",
        "parent_id": "0",
        "is_deleted": False,
        "is_banned": False,
        "file_ext": "jpg",
        "tags": [*listed, {"id": "9", "name": "miku", "category": "4"}],
        "favs": ["1", "2"],
    }
    return found | changes


def new(post: int, tags: str = "1girl solo", **changes) -> dict:
    """Return a post as the API tells it."""
    found = {
        "id": post,
        "created_at": "2023-03-01T04:35:31.810-05:00",
        "rating": "g",
        "parent_id": None,
        "file_ext": "png",
        "tag_string": f"{tags} miku",
        "tag_string_general": tags,
        "tag_string_character": "miku",
        "media_asset": {"variants": []},
    }
    return found | changes


def write(tmp_path, posts, name: str = "posts.json"):
    path = tmp_path / name
    path.write_text("".join(json.dumps(post) + "\n" for post in posts), "utf-8")
    return path


def rules(tmp_path, text: str, *changes: str):
    (tmp_path / "rules.toml").write_text(text, "utf-8")
    return load_rules(str(tmp_path / "rules.toml"), changes)


def filtered(tmp_path, posts, text: str = ALL, *changes: str, relations=NONE):
    path = posts if hasattr(posts, "is_file") else write(tmp_path, posts)
    manifest = tmp_path / "manifest.jsonl"
    found = filter_metadata([path], rules(tmp_path, text, *changes), relations, manifest, QUIET)
    return found, [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]


def ids(rows) -> list[int]:
    return [row["post"] for row in rows]


def test_the_preset_chooses_what_the_reader_of_anime_art_tagger_chooses(tmp_path, monkeypatch):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "5")
    root = write_danbooru2020(tmp_path / "set", 40)
    usual = read_set(SourceConfig("x", str(root), layout="danbooru2020"))
    found = load_rules("artagger", ["least_count=6"])
    report = filter_metadata([root / "metadata"], found, NONE, root / "manifest.jsonl", QUIET)
    ours = read_set(SourceConfig("x", str(root), split="column"))
    assert report.kept == len(usual.pictures) > 0
    told = [(p.path, p.tags, p.part, p.caption) for p in usual.pictures]
    assert [(p.path, p.tags, p.part, p.caption) for p in ours.pictures] == told


def test_each_rule_refuses_its_own(tmp_path):
    posts = [
        old(1),
        old(2, created_at="2009-12-31 23:59:59 UTC"),
        old(3, created_at="2021-01-01 00:00:00 UTC"),
        old(4, rating="q"),
        old(5, parent_id="17"),
        old(6, is_deleted=True),
        old(7, is_banned=True),
        old(8, "1girl"),
        old(9, "1girl solo comic"),
        old(10, created_at="2010-01-01 00:00:00 UTC"),
        old(11, created_at="2020-12-31 23:59:59 UTC"),
    ]
    changes = ("least_count=1", "least_tags=0", 'excluded=["comic"]')
    manifest = tmp_path / "manifest.jsonl"
    found = load_rules("artagger", changes)
    report = filter_metadata([write(tmp_path, posts)], found, NONE, manifest, QUIET)
    assert ids(map(json.loads, manifest.read_text("utf-8").splitlines())) == [1, 10, 11]
    once = ("rating", "parent", "deleted", "banned", "required", "excluded")
    assert report.refused == {"date": 2} | dict.fromkeys(once, 1)
    assert (report.seen, report.kept) == (11, 3)


def test_rare_tags_go_first_and_then_pictures_with_few(tmp_path):
    posts = [new(1, "a b c"), new(2, "a b"), new(3, "a rare"), new(4, "b other")]
    found, rows = filtered(
        tmp_path, posts, ALL, "least_count=2", "least_tags=2", 'categories=["general"]'
    )
    assert {row["post"]: row["tags"] for row in rows} == {1: ["a", "b"], 2: ["a", "b"]}
    assert found.refused == {"few_tags": 2}
    assert found.tags == 2


def test_posts_of_both_kinds_become_the_same_rows(tmp_path):
    _, [before] = filtered(tmp_path, [old(1001, parent_id="7")], 'rating_scheme = "pre2022"')
    _, [after] = filtered(tmp_path, [new(1001, parent_id=7, file_ext="jpg")])
    assert after == {**before, "rating": "general"}
    assert before == {
        "file": "0001/1001.jpg",
        "post": 1001,
        "group": "7",
        "tags": ["1girl", "solo"],
        "characters": ["miku"],
    }


def test_only_every_so_many_and_divided_by_running_number(tmp_path):
    posts = [new(i) for i in range(40)]
    _, rows = filtered(tmp_path, posts, ALL, "every=2", "test_every=10", "validation_every=5")
    assert ids(rows) == list(range(0, 40, 2))
    parts = [row["split"] for row in rows]
    assert [i for i, part in enumerate(parts) if part == "test"] == [0, 10]
    assert [i for i, part in enumerate(parts) if part == "validation"] == [5, 15]


def test_the_era_of_the_ratings_is_told_or_seen_and_never_mixed(tmp_path):
    auto = 'rating_scheme = "auto"\n'
    assert filtered(tmp_path, [old(1)], auto)[0].scheme == "pre2022"
    assert filtered(tmp_path, [old(1), new(2)], auto)[0].scheme == "2022"
    with pytest.raises(AnitagError) as caught:
        filtered(tmp_path, [old(1), new(2)], 'rating_scheme = "pre2022"')
    assert caught.value.params["row"] == 2
    assert "'g' is none of pre2022" in str(caught.value)
    sensitive = 'rating_scheme = "2022"\nratings = ["sensitive"]'
    assert [row["rating"] for row in filtered(tmp_path, [old(1), new(2)], sensitive)[1]] == [
        "sensitive"
    ]
    with pytest.raises(AnitagError, match="'safe' is no rating"):
        filtered(tmp_path, [new(1)], ALL, 'ratings=["safe"]')


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 3, "rating": "g"',
        "[]",
        "null",
        "3",
        '{"rating": "g"}',
        '{"id": -3, "rating": "g"}',
        '{"id": "x", "rating": "g"}',
        '{"id": 3, "rating": "?"}',
        '{"id": 3, "rating": "g", "is_banned": "perhaps"}',
        '{"id": 3, "rating": "g", "tags": {"a": 1}}',
        '{"id": 3, "rating": "g", "tags": [{"name": "a", "category": 2}]}',
        '{"id": 3, "rating": "g", "tags": [{"name": 7, "category": 0}]}',
        '{"id": 3, "rating": "g", "file_ext": "../x"}',
        '{"id": 3, "rating": "g", "md5": "../../etc"}',
        "[" * 100_000,
    ],
)
def test_rows_that_are_none_are_named_and_nothing_is_written(tmp_path, line):
    path = tmp_path / "posts.json"
    path.write_text(f"{json.dumps(new(1))}\n\n{line}\n{json.dumps(new(4))}\n", "utf-8")
    (tmp_path / "manifest.jsonl").write_text("before")
    with pytest.raises(AnitagError) as caught:
        filtered(tmp_path, path)
    assert caught.value.code == "bad_manifest"
    assert (caught.value.params["path"], caught.value.params["row"]) == (path, 3)
    assert (tmp_path / "manifest.jsonl").read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        *("manifest.jsonl", "posts.json", "rules.toml")
    ]


def test_how_far_it_is_is_told_also_where_nothing_is_chosen(tmp_path, monkeypatch):
    monkeypatch.setattr(choosing, "TELL_EVERY", 3)
    said = io.StringIO()
    path = write(tmp_path, [new(i) for i in range(1, 8)])
    asked = (rules(tmp_path, ALL + "since = 2030-01-01\n"), NONE, tmp_path / "m.jsonl")
    assert filter_metadata([path], *asked, Progress(as_json=True, stream=said)).kept == 0
    told = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [event["rows"] for event in told] == [3, 6]
    assert 0 < told[0]["share"] <= told[1]["share"] <= 1


def test_aliases_and_implications_come_before_the_counts(tmp_path):
    (tmp_path / "aliases.json").write_text(
        '{"antecedent_name":"Twin_Tails","consequent_name":"twintails","status":"active"}\n'
        '{"antecedent_name":"tt","consequent_name":"twin_tails","status":"active"}\n'
        '{"antecedent_name":"solo","consequent_name":"alone","status":"deleted"}\n'
    )
    (tmp_path / "implications.csv").write_text(
        "antecedent_name,consequent_name\ntt,long_tails\nlong_tails,hair\n"
    )
    relations = read_relations(tmp_path / "aliases.json", tmp_path / "implications.csv")
    posts = [new(1, "tt"), new(2, "Twin_Tails solo"), new(3, "hair twintails")]
    _, rows = filtered(tmp_path, posts, ALL, 'required=["tt"]', relations=relations)
    assert [sorted(row["tags"]) for row in rows] == [
        ["hair", "long_tails", "twintails"],
        ["hair", "long_tails", "solo", "twintails"],
        ["hair", "long_tails", "twintails"],
    ]


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("a.json", '{"antecedent_name":"a"}\n', 1),
        ("a.json", '{"antecedent_name":"a","consequent_name":"b"}\n{"x', 2),
        ("a.json", '\n{"antecedent_name":"a"}\n', 2),
        ("a.csv", "name,other\na,b\n", 2),
        ("a.csv", "antecedent_name,consequent_name\na,b\nc\n", 3),
        ("a.json", "[1]", 1),
        ("a.json", '[{"antecedent_name":"a","consequent_name":"b"},\n{}]', 2),
    ],
)
def test_relations_that_are_none_are_named_by_their_row(tmp_path, name, text, row):
    (tmp_path / name).write_text(text)
    with pytest.raises(AnitagError) as caught:
        read_relations(tmp_path / name, None)
    assert (caught.value.code, caught.value.params["row"]) == ("bad_manifest", row)


LISTED = """1girl,0,6421189,"1girls,Sole Female"
solo,0,5341029,1girl
twintails,0,9,tt
"""


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_relations_are_read_as_they_are_given_away(tmp_path, packed):
    listed, dumped = tmp_path / f"tags.csv{packed}", tmp_path / f"implications.json{packed}"
    told = [{"antecedent_name": "tt", "consequent_name": "hair", "status": "active"}]
    for path, text in ((listed, LISTED), (dumped, json.dumps(told, indent=2))):
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    relations = read_relations(listed, dumped)
    assert relations.aliases == {"1girls": "1girl", "sole_female": "1girl", "tt": "twintails"}
    assert relations["tt"] == ("twintails", "hair")
    if packed:
        listed.write_bytes(listed.read_bytes()[:-9])
        with pytest.raises(AnitagError, match=r"tags\.csv\.gz, row"):
            read_relations(listed, None)
    with pytest.raises(AnitagError, match="there is no 'antecedent_name'"):
        read_relations(None, write(tmp_path, [{"name": "1girl"}]))


@pytest.mark.parametrize("make", [filter_metadata, write_vocabulary])
def test_what_is_read_is_never_written_over(tmp_path, make):
    (tmp_path / "dump").mkdir()
    path = write(tmp_path / "dump", [new(1)])
    before = path.read_bytes()
    (tmp_path / "link.json").symlink_to(path)
    for target in (path, tmp_path / "link.json"):
        with pytest.raises(AnitagError, match="would be written over"):
            make([tmp_path / "dump"], rules(tmp_path, ALL), NONE, target, QUIET)
    assert path.read_bytes() == before


def test_aliases_in_a_circle_are_refused_and_implications_end():
    with pytest.raises(AnitagError, match="circle"):
        Relations({"a": "b", "b": "c", "c": "a"}, ())
    assert Relations({"a": "a"}, ())["a"] == ("a",)
    assert Relations({}, [("a", "b"), ("b", "a")])["a"] == ("a", "b")


def test_the_vocabulary_is_the_same_whenever_it_is_built(tmp_path):
    posts = [new(i, "1girl solo" if i % 2 else "1girl Smile") for i in range(9)]
    posts += [new(20, "", tag_string_copyright="vocaloid", tag_string_character="")]
    path, targets = write(tmp_path, posts), [tmp_path / "1.json", tmp_path / "2.json"]
    relations = Relations({"teary": "smile"}, [("smile", "face")])
    kinds = rules(tmp_path, ALL)
    for target in targets:
        assert write_vocabulary([path], kinds, relations, target, QUIET) == 6
    assert targets[0].read_bytes() == targets[1].read_bytes()
    read = Vocabulary.from_json(targets[0].read_text("utf-8"))
    assert [(label.name, label.category.value, label.count) for label in read.labels] == [
        ("1girl", "general", 9),
        ("face", "general", 5),
        ("smile", "general", 5),
        ("solo", "general", 4),
        ("vocaloid", "copyright", 1),
        ("miku", "character", 9),
    ]
    content = json.loads(targets[0].read_text("utf-8"))
    assert content["aliases"] == {"teary": "smile"}
    assert content["implications"] == {"smile": ["face"]}
    with pytest.raises(AnitagError, match="No tag has enough"):
        write_vocabulary([path], rules(tmp_path, ALL, "least_count=99"), NONE, targets[0], QUIET)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'rating_scheme = "2023"',
        ALL + "least_cuont = 3",
        ALL + 'least_count = "many"',
        ALL + "every = 0",
        ALL + 'categories = ["rating"]',
        ALL + 'file = "{nonsense}"',
        ALL + 'since = "yesterday"',
        "rating_scheme = ",
    ],
)
def test_rules_that_are_none(tmp_path, text):
    with pytest.raises(AnitagError) as caught:
        rules(tmp_path, text)
    assert caught.value.code == "bad_config"


def test_presets_are_rules_and_others_are_told():
    assert preset_names() == ["artagger", "characters"]
    for name in preset_names():
        load_rules(name)
    assert load_rules("artagger").least_count == 100_001
    with pytest.raises(AnitagError, match="the presets are artagger, characters"):
        load_rules("artager")


@pytest.mark.integration
def test_the_command_reads_what_is_piped_in(tmp_path):
    words = [sys.executable, "-m", "training", "metadata", "filter", "-", "--rules", "artagger"]
    words += ["--set", "least_count=1", "--set", "least_tags=0", "--json"]
    words += ["--out", str(tmp_path / "new" / "manifest.jsonl")]
    text = json.dumps(old(1)) + "\n" + json.dumps(old(2, "1girl")) + "\n"
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["rows"], told["kept"], told["refused_required"]) == (2, 1, 1)
    done = subprocess.run(words, input="{}\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "row 1" in done.stderr
