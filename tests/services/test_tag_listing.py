"""Tag lists: every format that people have, what stands against them, and taking them back."""

import gzip
import json

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.importing import Importer
from anitag_desktop.services.tag_list_reading import LONGEST_LINE, tag_list_at
from anitag_desktop.storage import implications, tags
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_folder, add_picture, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


@pytest.fixture
def admin(store):
    return TagAdministration(store)


@pytest.fixture
def let_in(store, tmp_path):
    """Write a file and import it."""

    def step(text, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Importer(store).import_path(str(path)).listed

    return step


def news(report):
    return report.tags, report.categories, report.aliases, report.implications


def told(report):
    return [str(error).rpartition("/")[2] for error in report.told]


def kept(report):
    return [str(error).rpartition(": ")[2] for error in report.kept]


def relation(first, second, status="active"):
    return {"id": 1, "antecedent_name": first, "consequent_name": second, "status": status}


def lines(*records):
    return "\n".join(map(json.dumps, records)) + "\n"


TAGS = [
    {"id": 5, "name": "hatsune_miku", "post_count": 9, "category": 4},
    {"id": 6, "name": "long_hair", "post_count": 9, "category": 0},
]
COMPLETION = 'hatsune_miku,4,9,"miku,初音ミク"\nlong_hair,0,9,longhair\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (COMPLETION, (2, 0, 3, 0)),
        ("\ufeff" + COMPLETION, (2, 0, 3, 0)),
        ("tag,category,count,alias\n" + COMPLETION, (2, 0, 3, 0)),
        ("hatsune_miku,4\nlong_hair,0\n", (2, 0, 0, 0)),
        ("tag_id,name,category,count\n5,hatsune_miku,4,9\n9,general,9,3\n", (1, 0, 0, 0)),
        ("id,name,category,post_count\n5,hatsune_miku,4,9\n", (1, 0, 0, 0)),
        (json.dumps(TAGS, indent=2), (2, 0, 0, 0)),
        (lines(*TAGS), (2, 0, 0, 0)),
    ],
)
def test_tags_in_every_format(admin, let_in, text, expected):
    assert news(let_in(text)) == expected
    assert admin.show("hatsune_miku").tag.category is TagCategory.CHARACTER
    if expected[2]:
        assert admin.show("初音ミク").tag.name == "hatsune_miku"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tag_aliases.json", lines(relation("miku", "hatsune_miku"))),
        ("aliases.json", json.dumps([relation("miku", "hatsune_miku")], indent=2)),
        (
            "tag_aliases-2024.csv",
            "id,antecedent_name,consequent_name,created_at,status\n1,miku,hatsune_miku,x,active\n",
        ),
    ],
)
def test_aliases_in_every_format(admin, let_in, name, text):
    assert news(let_in(text, name)) == (1, 0, 1, 0)
    assert admin.show("miku").tag.name == "hatsune_miku"


@pytest.mark.parametrize("packed", [False, True])
def test_implications_are_told_from_aliases_by_the_name_of_the_file(admin, let_in, packed):
    text = lines(relation("a", "b"), relation("b", "c"), relation("x", "y", "deleted")).encode()
    report = let_in(gzip.compress(text) if packed else text, "tag_implications.jsonl")
    assert news(report) == (3, 0, 0, 2)
    assert admin.show("a").implies == ("b",)
    report = let_in(lines(relation("q", "r")), "pairs.json")
    assert told(report) == [
        "pairs.json, line 1: neither the file nor its name tells whether these are aliases or "
        "implications; let its name hold one of the two words."
    ]


def test_danbooru_and_e621_number_categories_differently(admin, let_in):
    let_in("a_wolf,5,9,\nsomebody,4,9,\nsome_lore,8,9,\nbad_name,6,1,\n", "e621.csv")
    let_in("highres,5,9,\n", "danbooru.csv")
    categories = {view.tag.name: view.tag.category.value for view in admin.list_tags()}
    assert categories == {
        "a_wolf": "general", "somebody": "character", "some_lore": "meta", "highres": "meta",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "1girl, solo, long_hair",
        "a,b\nc,d\n",
        json.dumps({"path": "/a.png", "name": "a", "category": 0, "tags": []}),
        json.dumps({"tags": ["a"]}),
        "[" * 100_000,
        "",
        "\0\0\0",
        b"\x1f\x8b broken",
        '"',
    ],
)
def test_what_is_no_tag_list(tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert tag_list_at(str(path)) is None


def test_chains_lead_to_the_end_and_circles_are_told(admin, let_in):
    aliases = [("a", "b"), ("b", "c"), ("x", "y"), ("y", "x"), ("Same", "same")]
    report = let_in(lines(*(relation(*pair) for pair in aliases)), "tag_aliases.json")
    assert admin.show("a").tag.name == admin.show("b").tag.name == "c"
    assert [text.partition(": ")[2] for text in told(report)] == [
        "the alias x leads back to itself.", "the alias y leads back to itself.",
    ]  # fmt: skip
    assert {view.tag.name for view in admin.list_tags()} == {"c"}


def test_no_circle_of_implications_is_let_in(store, admin, let_in):
    admin.imply("cat", "animal")
    pairs = [("animal", "cat"), ("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("cat", "animal")]
    report = let_in(lines(*(relation(*pair) for pair in pairs)), "tag_implications.json")
    assert report.implications == 2
    assert kept(report) == ["cat implies animal already.", "a implies c already."]
    with store.library.read() as conn:
        for row in tags.every(conn):
            assert row.tag_id not in implications.ancestors(conn, row.tag_id)


def test_the_users_own_word_stands(store, admin, let_in):
    picture = add_picture(store, add_folder(store, "/p"), "/p/a.png")
    admin.alias("miku", "miku_(mine)")
    say(store, picture, "used")
    admin.imply("related", "something")
    say(store, picture, "gone")
    admin.delete("gone")
    report = let_in(
        'hatsune_miku,4,9,"miku,used,related,gone,rating:general,free"\nother,0,1,\nused,1,5,\n'
    )
    assert kept(report) == [
        "it was deleted.",
        "it is another name of miku_(mine).",
        "it is a tag in use.",
        "it is a tag in use.",
    ]
    assert told(report) == [
        "list.csv, line 1: 'rating:general' cannot be a tag name: ratings are fixed."
    ]
    assert admin.show("miku").tag.name == "miku_(mine)"
    assert admin.show("used").tag.name == "used"
    assert admin.show("free").tag.name == "hatsune_miku"
    with pytest.raises(AnitagError):
        admin.show("gone")


def test_a_name_that_only_models_use_becomes_the_alias_and_comes_back(store, admin, let_in):
    picture = add_picture(store, add_folder(store, "/p"), "/p/a.png")
    score(store, picture, longhair=0.9)
    before = state(store)
    assert news(let_in("long_hair,0,9,longhair\n")) == (1, 0, 1, 0)
    assert (admin.show("longhair").tag.name, admin.show("longhair").count) == ("long_hair", 1)
    Corrector(store).undo()
    assert state(store) == before
    assert admin.show("longhair").count == 1
    Corrector(store).redo()
    assert admin.show("long_hair").count == 1


def test_categories_of_general_tags_are_set(store, admin, let_in):
    admin.alias("x", "miku")
    admin.set_category("miku", TagCategory.GENERAL)
    admin.alias("y", "artist:somebody")
    assert news(let_in("miku,4,9,\nsomebody,4,1,\n")) == (0, 1, 0, 0)
    assert admin.show("miku").tag.category is TagCategory.CHARACTER
    assert admin.show("somebody").tag.category is TagCategory.ARTIST
    Corrector(store).undo()
    assert admin.show("miku").tag.category is TagCategory.GENERAL


def state(store):
    with store.library.read() as conn:
        ask = conn.exec_driver_sql
        return (
            sorted(ask("SELECT name, tag_id FROM main.aliases").all()),
            sorted(ask("SELECT child_id, parent_id FROM main.implications").all()),
            sorted(ask("SELECT name, merged_into FROM main.tags WHERE name != 'long_hair'").all()),
        )


def test_everything_is_one_action_that_changes_nothing_the_second_time(store, let_in, tmp_path):
    folder = tmp_path / "dump"
    (folder / "below").mkdir(parents=True)
    pics = add_folder(store, str(folder))
    add_picture(store, pics, str(folder / "a.png"))
    (folder / "a.txt").write_text("longhair, smile")
    (folder / "below" / "tags.csv").write_text(COMPLETION)
    (folder / "tag_implications.json").write_text(json.dumps([relation("long_hair", "hair")]))
    before = state(store)
    report = Importer(store).import_path(str(folder))
    assert (report.read, report.applied, report.problems) == (1, 1, ())
    assert news(report.listed) == (3, 0, 3, 1)
    assert len(Corrector(store).history(9)) == 1
    assert TagAdministration(store).show("long_hair").count == 1
    Corrector(store).undo()
    assert state(store)[:2] == before[:2]
    Corrector(store).redo()
    again = Importer(store).import_path(str(folder))
    assert news(again.listed) == (0, 0, 0, 0)
    assert len(Corrector(store).history(9)) == 1


def test_broken_lines_are_told_with_their_numbers_and_spoil_no_other(admin, let_in):
    text = (
        b"good,0,1,\n"
        b'half,0,1,"open\n'
        b"\xff\xfe,0,1,\n"
        b"a*b,0,1,\n"
        b"no_number,x,1,\n"
        b"\n"
        b'last,0,1,"fine,bad*one,-x"\n'
    )
    report = let_in(text)
    assert [line.partition(": ")[0] for line in told(report)] == [
        f"list.csv, line {number}" for number in (2, 3, 4, 5, 7, 7)
    ]
    assert report.problems == 6
    assert {view.tag.name for view in admin.list_tags()} == {"good", "last"}
    assert admin.show("fine").tag.name == "last"


def test_titles_stand_on_the_first_line_that_is_not_blank_and_every_cell_has_one(admin, let_in):
    report = let_in(b"\nName,Category\ngood,0\nshifted,0,1,more\nlast,0,\n")
    assert [line.partition(": ")[0] for line in told(report)] == ["list.csv, line 4"]
    assert {view.tag.name for view in admin.list_tags()} == {"good", "last"}


def test_broken_json_is_told_and_reading_goes_on(admin, let_in):
    text = "".join(
        [
            lines(relation("a", "b")),
            '{"antecedent_name": "c",\n',
            lines({"antecedent_name": "d", "consequent_name": 5}),
            "null\n",
            lines({"antecedent_name": "\udcff", "consequent_name": "x", "status": None}),
            lines(relation("e", "f")),
        ]
    )
    report = let_in(text, "tag_aliases.json")
    assert {view.tag.name for view in admin.list_tags()} == {"b", "f"}
    assert [line.split()[2] for line in told(report)] == ["2:", "3:", "4:", "5:"]


def test_a_file_without_end_is_not_read_to_it(admin, let_in):
    report = let_in(b"good,0,1,\n" * 30 + b"a" * (LONGEST_LINE + 10))
    assert told(report) == ["list.csv, line 31: the file is longer than any tag list from here on."]
    packed = gzip.compress(b"good,0,1,\n" * 30 + b"b,0,1,\n" * 30_000)
    report = let_in(packed[:-40], "list.csv.gz")
    assert "cannot be read to its end" in told(report)[0]


def test_a_packed_file_that_is_damaged_is_read_up_to_there(admin, let_in):
    names = "".join(f"tag_{number * 7919 % 100_003},0,1,\n" for number in range(30_000)).encode()
    packed = bytearray(gzip.compress(b"good,0,1,\n" + names))
    middle = slice(len(packed) // 2, len(packed) * 3 // 4)
    packed[middle] = b"\xff" * len(packed[middle])
    report = let_in(bytes(packed), "list.csv.gz")
    assert "cannot be read to its end" in told(report)[-1]
    assert admin.show("good").tag.name == "good"


def test_a_rebuilt_library_knows_the_aliases_again(store, let_in, tmp_path):
    from anitag_desktop.storage import journal_lines
    from anitag_desktop.storage.replaying import replay

    let_in(COMPLETION)
    let_in(lines(relation("long_hair", "hair")), "tag_implications.json")
    with store.library.read() as conn:
        rows = journal_lines.rows_after(conn, 0)
    with open_store(tmp_path / "other") as other:
        other.library.write(lambda conn: replay(conn, rows))
        again = TagAdministration(other)
        assert again.show("longhair").tag.name == "long_hair"
        assert again.show("long_hair").implies == ("hair",)
        assert again.show("初音ミク").tag.category is TagCategory.CHARACTER
