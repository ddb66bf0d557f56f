"""``search``, ``show``, ``correct`` and ``undo`` on a real library."""

import pytest

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.domain.region import Place
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.storage import files, models, predictions
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.region_finds import Find, Looks
from tests.helpers.seeding import MODEL, add_folder, add_picture, facts, say, score
from tests.helpers.seen_regions import DETECTOR, use_for_regions

PICTURE_FIELDS = [
    "path", "sha256", "width", "height", "format", "bytes", "added", "status", "rating", "tags",
]  # fmt: skip
SHOW_FIELDS = [
    *PICTURE_FIELDS,
    "suggestions",
    "rejected",
    "problems",
    "history",
    "opinions",
    "regions",
]


@pytest.fixture
def library(anitag, seeded):
    """Three pictures: a hat and a smile, a hat that was rejected, a copy in another folder."""
    with seeded() as store:
        folder = add_folder(store, "/pics")
        a = add_picture(store, folder, "/pics/a.png", "a")
        b = add_picture(store, folder, "/pics/b\udcff.png", "b")
        add_picture(store, folder, "/pics/sub/copy of a.png", "a")
        score(store, a, hat=0.9, smile=0.7, blush=0.2, rating__sensitive=0.8)
        score(store, b, hat=0.8)
        say(store, b, "hat", Verdict.REJECTED)
        say(store, b, "miku", category=TagCategory.CHARACTER)
    return anitag


def test_search_prints_exactly_the_fields_of_a_picture(library):
    (record,) = library.json("search", "hat")
    assert list(record) == PICTURE_FIELDS
    assert record["path"] == "/pics/a.png"
    assert record["sha256"] == facts("a").sha256
    assert (record["rating"], record["status"]) == ("sensitive", "present")
    assert record["tags"] == [
        {"name": "hat", "category": "general", "source": "model", "score": 0.9},
        {"name": "smile", "category": "general", "source": "model", "score": 0.7},
    ]


def test_one_row_and_one_count_for_each_picture(library):
    assert len(library.json("search", "")) == 2
    assert library.json("search", "--count") == [{"count": 2}]
    assert library("search", "--count", "hat").out == "1\n"


def test_a_score_is_null_where_no_model_gave_one(library):
    (record,) = library.json("search", "miku")
    (tag,) = record["tags"]
    assert (tag["source"], tag["score"]) == ("user", None)


def test_limit_offset_and_order(library):
    everything = [r["sha256"] for r in library.json("search", "order:id")]
    assert [r["sha256"] for r in library.json("search", "order:id", "--limit", 1)] == everything[:1]
    offset = library.json("search", "order:id", "--offset", 1)
    assert [r["sha256"] for r in offset] == everything[1:]
    backwards = library.json("search", "order:id", "--order", "id_reverse")
    assert [r["sha256"] for r in backwards] == everything[::-1]


def test_explain_prints_the_normalised_query(library):
    assert library("search", "--explain", "HAT   smile").out == "hat smile\n"
    assert library.json("search", "--explain", "HAT") == [{"query": "hat"}]


def test_a_query_that_begins_with_a_dash(library):
    for words in (
        ["--", "-hat"],
        ["-hat"],
        ["-hat", "or", "nothing"],
        ["--order", "-name", "-hat"],
    ):
        (record,) = library("search", "--json", *words).records
        assert record["sha256"] == facts("b").sha256
    assert library("search", "--explain", "hat", "-smile", "or", "-x").out == "(hat -smile) or -x\n"
    assert "usage" in library("search", "-h").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["(hat"], "character 1"),
        (["hat width:wide"], "character 11"),
        (["--order", "nonsense"], "nonsense"),
        (["--count", "--order", "nonsense"], "nonsense"),
    ],
)
def test_a_broken_query_is_wrong_use_and_says_where(library, words, said):
    done = library("search", *words)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err


def test_an_unknown_tag_is_no_error_and_says_what_it_may_have_meant(library):
    done = library("search", "smille")
    assert (done.code, done.out) == (0, "")
    assert "smile" in done.err
    assert library("search", "smille", "--count", "--json").records == [{"count": 0}]


def test_a_folder_or_a_model_that_is_not_there_is_no_error_and_is_told(library):
    done = library("search", "folder:nope", "model:nobody")
    assert (done.code, done.out) == (0, "")
    assert "folder:nope fits no picture" in done.err
    assert "model:nobody fits no picture" in done.err
    assert "fits" not in library("search", "folder:pics").err


def test_people_see_no_control_characters(library):
    done = library("search", "miku")
    assert done.out == "/pics/b\\udcff.png\n"


def test_show_tells_everything(library):
    (record,) = library.json("show", "/pics/b\udcff.png")
    assert list(record) == SHOW_FIELDS
    assert record["path"] == "/pics/b\udcff.png"
    assert record["rejected"] == [{"name": "hat", "category": "general"}]
    assert record["suggestions"] == []
    told = [(line["name"], line["verdict"], line["source"]) for line in record["history"]]
    assert told == [("hat", "rejected", "user"), ("miku", "confirmed", "user")]
    (said,) = record["opinions"]
    assert {**said, "threshold": None} == {
        "name": "hat", "model": "toy", "score": 0.8, "threshold": None, "sure": True,
    }  # fmt: skip


def test_show_tells_of_regions(anitag, seeded):
    with seeded() as store:
        image = add_picture(store, add_folder(store, "/pics"), "/pics/a.png", "a")
        sha256 = facts("a").sha256
        found = Find(Place("head", Box(0.5, 0.25, 0.25, 0.5)), 0.875, {})
        use_for_regions(store, DETECTOR)
        predictions.store_many(store, [], [Looks(sha256, {DETECTOR: [found]})])
        drawn = Outliner(store).draw(image, Box(0.0, 0.0, 0.125, 0.125), "face", "miku")
    (record,) = anitag.json("show", "/pics/a.png")
    miku = {"name": "miku", "category": "character", "source": "user", "score": None}
    first, second = record["regions"]
    assert first == {
        "id": drawn.uid, "label": "face", "box": [0.0, 0.0, 0.125, 0.125], "source": "user",
        "model": None, "score": None, "name": "miku", "tags": [miku], "rejected": [],
    }  # fmt: skip
    assert second["id"].startswith(f"{sha256}#")
    assert second == {
        "id": second["id"], "label": "head", "box": [0.5, 0.25, 0.25, 0.5], "source": "model",
        "model": "test/faces", "score": 0.875, "name": None, "tags": [], "rejected": [],
    }  # fmt: skip
    assert record["tags"] == [miku]
    told = [line for line in anitag("show", "/pics/a.png").out.splitlines() if "region" in line]
    assert told == [
        "  region     face [user] at 0 % 0 %, 12 % x 12 %: miku",
        "  region     head 0.88 at 50 % 25 %, 25 % x 50 %",
    ]


def test_of_several_models_show_tells_who_says_what(anitag, seeded):
    other = ModelKey("somebody/other", "1")
    with seeded() as store:
        image = add_picture(store, add_folder(store, "/pics"), "/pics/a.png", "a")
        score(store, image, hat=0.9, rating__general=0.8)
        score(store, image, other, hat=0.4, cap=0.7)

        def step(conn):
            models.register(conn, other, Thresholds())
            models.activate(Doing(conn, None, 1.0), [MODEL, other])

        store.library.write(step)
    told = anitag("show", "/pics/a.png").out
    assert "hat 0.90 (toy 0.90, other 0.40)" in told
    assert "cap 0.70 (other 0.70)" in told
    assert "general (toy 0.80)" in told


def test_suggestions_have_the_fields_of_a_tag(library):
    (record,) = library.json("show", "/pics/a.png")
    assert record["suggestions"] == [
        {"name": "blush", "category": "general", "source": "model", "score": 0.2}
    ]


def test_show_of_a_folder_stays_inside_it(library):
    (record,) = library.json("show", "/pics/sub")
    assert record["path"] == "/pics/sub/copy of a.png"
    assert len(library.json("show", "/pics")) == 2


def test_show_of_what_is_not_there(library):
    done = library("show", "/pics/a.png", "/elsewhere/x.png", "--json")
    assert done.code == 1
    assert len(done.records) == 1
    assert "/elsewhere/x.png" in done.err


def test_show_for_people(library):
    text = library("show", "/pics").out
    assert "hat 0.90" in text
    assert "[user]" in text
    assert "rejected" in text
    brief = library("show", "--brief", "/pics").out.splitlines()
    assert brief[0].split() == ["picture", "size", "rating", "best", "tags"]
    assert len(brief) == 3


def test_correct_and_undo(library):
    (action,) = library.json(
        "correct", "/pics/a.png", "--reject", "hat", "--confirm", "smile", "--add", "char:Rin"
    )
    assert set(action) == {"id", "label", "at", "images"}
    (record,) = library.json("show", "/pics/a.png")
    assert {(t["name"], t["category"], t["source"]) for t in record["tags"]} == {
        ("rin", "character", "user"), ("smile", "general", "user"),
    }  # fmt: skip
    assert library.json("search", "hat") == []
    (undone,) = library.json("undo")
    assert undone["label"] == action["label"]
    (record,) = library.json("show", "/pics/a.png")
    assert {t["name"] for t in record["tags"]} == {"hat", "smile"}


def test_undo_takes_back_several_newest_first(library):
    for tag in ("one", "two", "three"):
        library.json("correct", "/pics/a.png", "--add", tag)
    labels = [record["label"] for record in library.json("undo", 2)]
    assert [label.split()[-1] for label in labels] == ["three", "two"]
    (record,) = library.json("show", "/pics/a.png")
    assert "one" in {tag["name"] for tag in record["tags"]}


def test_undo_of_nothing(anitag):
    done = anitag("undo")
    assert done.code == 1
    assert "nothing to undo" in done.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["/pics/a.png"], 2),
        (["/pics/a.png", "--add", ""], 2),
        (["/pics/a.png", "--add", "caf\udce9"], 2),
        (["/pics/a.png", "--confirm", "hat", "--reject", "hat"], 2),
        (["/elsewhere/x.png", "--add", "hat"], 1),
    ],
)
def test_corrections_that_cannot_be(library, words, code):
    done = library("correct", *words)
    assert done.code == code
    assert done.err.startswith("anitag: ")
    assert "Traceback" not in done.err


def test_the_known_pictures_are_corrected_even_beside_an_unknown_one(library):
    done = library("correct", "/pics/a.png", "/nowhere.png", "--add", "tie")
    assert done.code == 1
    assert "/nowhere.png" in done.err
    assert len(library.json("search", "tie")) == 1


def test_a_file_that_waits_to_be_read_is_told(library, seeded):
    with seeded() as store:
        stat = FileStat(1000, 1, 1, 99, 1)
        folder = add_folder(store, "/pics")
        store.library.write(lambda conn: files.upsert(conn, folder, b"/pics/new.png", stat, None))
        for name in (b"/many/%d.png" % number for number in range(12)):
            store.library.write(lambda conn, p=name: files.upsert(conn, folder, p, stat, None))
    for words in (["show", "/pics/new.png"], ["correct", "/pics/new.png", "--add", "x"]):
        done = library(*words)
        assert (done.code, done.out) == (1, "")
        assert "/pics/new.png was not read yet" in done.err
    done = library("correct", "/pics", "--add", "x")
    assert done.code == 1
    assert "(2 pictures)" in done.out
    assert done.err.count("\n") == 1
    assert library("show", "/many").err.endswith("2 more files there wait to be read, too.\n")


def test_a_replaced_picture_is_shown_as_missing_in_its_folder(library, seeded):
    with seeded() as store:
        add_picture(store, add_folder(store, "/pics"), "/pics/b\udcff.png", "c")
    (missing,) = library.json("search", "status:missing")
    assert (missing["sha256"], missing["path"]) == (facts("b").sha256, "/pics/b\udcff.png")
    (there,) = library.json("show", "/pics/b\udcff.png")
    assert (there["sha256"], there["status"]) == (facts("c").sha256, "present")
    shown = {one["sha256"]: one["status"] for one in library.json("show", "/pics")}
    assert shown == {
        facts("a").sha256: "present",
        facts("b").sha256: "missing",
        facts("c").sha256: "present",
    }
    library("correct", "/pics/b\udcff.png", "--add", "new_here")
    (found,) = library.json("search", "new_here (status:present or status:missing)")
    assert found["sha256"] == facts("c").sha256


def test_a_pool_is_filled_by_correcting(library):
    library.json("correct", "/pics/a.png", "--add", "pool:best of")
    for query in ("pool:best_of", "pool:best*", "pool:any", "has:pools"):
        assert [r["path"] for r in library.json("search", query)] == ["/pics/a.png"], query
    assert library.json("search", "--count", "pool:none") == [{"count": 1}]
    done = library("search", "pool:worst")
    assert (done.code, done.out) == (0, "")
    assert "pool:worst" in done.err
    library.json("undo")
    assert library.json("search", "--count", "pool:any") == [{"count": 0}]


def test_a_misspelt_metatag_is_told(library):
    done = library("search", "widht:>100")
    assert done.code == 0
    assert "Did you mean width:>100?" in done.err
    assert "Did you mean" not in library("search", "re:zero").err


def test_a_wrong_number_is_quoted_as_it_was_written(anitag):
    done = anitag("search", "--limit", "-1")
    assert done.code == 2
    assert "'-1' is not a whole number" in done.err


def test_thousands_of_files_can_be_named_at_once(library):
    many = ["/pics/a.png"] * 1_500
    [done] = library.json("correct", *many, "/pics/sub", "--add", "bow")
    assert done["images"] == 1
    assert [one["path"] for one in library.json("show", *many)] == ["/pics/a.png"]
