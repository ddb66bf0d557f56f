"""What is known of pictures."""

import os

import pytest

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.details import ModelOpinion
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.prediction import ModelKey, Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.configuring import Configuration
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import files, models, problems
from anitag_desktop.storage.log import Doing
from tests.helpers.libraries import open_store
from tests.helpers.seeding import MODEL, activate_model, add_folder, add_picture, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


@pytest.fixture
def showing(store):
    return Showing(store)


@pytest.fixture
def folder(store):
    return add_folder(store, "/pics")


def names(shown):
    return [s.tag.name for s in shown]


def only(details):
    (found,) = details
    return found


def test_tags_are_the_effective_ones_by_category_and_score(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, smile=0.7, long_hair=0.9, hat=0.2, rating__sensitive=0.6)
    say(store, image, "miku", category=TagCategory.CHARACTER)
    say(store, image, "scarf")
    details = only(showing.details([image]))
    assert names(details.tags) == ["miku", "scarf", "long_hair", "smile"]
    assert details.rating == "sensitive"
    assert [(s.source, s.score) for s in details.tags] == [
        (Source.USER, None), (Source.USER, None), (Source.MODEL, 0.9), (Source.MODEL, 0.7),
    ]  # fmt: skip


def test_suggestions_are_every_score_under_its_threshold(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, hat=0.05, smile=0.49, blush=0.51, bow=0.04, rating__general=0.9)
    details = only(showing.details([image]))
    assert [(s.tag.name, s.score) for s in details.suggestions] == [("smile", 0.49), ("hat", 0.05)]


def test_a_rejected_tag_is_neither_tag_nor_suggestion(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, hat=0.9, bow=0.3)
    say(store, image, "hat", Verdict.REJECTED)
    say(store, image, "bow", Verdict.REJECTED)
    details = only(showing.details([image]))
    assert details.tags == details.suggestions == ()
    assert [tag.name for tag in details.rejected] == ["bow", "hat"]


def test_history_tells_all_that_was_said_oldest_first(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    for verdict in (Verdict.CONFIRMED, Verdict.REJECTED, None):
        say(store, image, "hat", verdict)
    history = only(showing.details([image])).history
    assert [line.verdict for line in history] == [Verdict.CONFIRMED, Verdict.REJECTED, None]
    assert all(line.tag.name == "hat" for line in history)


def test_an_image_with_several_files_is_one_with_the_best_path(store, showing, folder):
    image = add_picture(store, folder, "/pics/z/a.png", content="same")
    assert add_picture(store, folder, "/pics/b/copy.png", content="same") == image
    assert only(showing.details([image])).path == "/pics/b/copy.png"
    assert only(showing.details([image], inside=["/pics/z"])).path == "/pics/z/a.png"
    assert only(showing.details([image])).paths == ("/pics/b/copy.png", "/pics/z/a.png")


def test_a_present_copy_goes_before_a_missing_one(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png", content="same")
    add_picture(store, folder, "/pics/b.png", content="same")
    set_status(store, "/pics/a.png", ImageStatus.MISSING)
    details = only(showing.details([image]))
    assert (details.path, details.status) == ("/pics/b.png", ImageStatus.PRESENT)


def test_a_folder_stands_for_all_in_it_and_nothing_beside_it(store, showing, folder):
    inside = add_picture(store, folder, "/pics/a/x.png")
    deeper = add_picture(store, folder, "/pics/a/b/y.png")
    add_picture(store, folder, "/pics/a-beside/z.png")
    add_picture(store, folder, "/pics/a.png")
    chosen = showing.ids_of(["/pics/a"])
    assert chosen.ids == (deeper, inside)
    assert chosen.unknown == ()


def test_names_that_are_not_utf8_come_back_as_surrogates(store, showing, folder):
    path = "/pics/caf\udce9/a.png"
    image = add_picture(store, folder, path)
    assert only(showing.details([image])).path == path
    assert showing.ids_of(["/pics/caf\udce9"]).ids == (image,)


def test_a_path_that_was_never_seen_is_unknown(showing, tmp_path):
    assert showing.ids_of([str(tmp_path)]).unknown == (str(tmp_path),)


def test_an_empty_watched_folder_is_known(store, showing, tmp_path):
    empty = tmp_path / "pics" / "empty"
    empty.mkdir(parents=True)
    add_folder(store, str(tmp_path / "pics"))
    chosen = showing.ids_of([str(empty)])
    assert (chosen.ids, chosen.unknown) == ((), ())


def test_a_path_through_a_link_is_found(store, showing, tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    folder = add_folder(store, str(real))
    image = add_picture(store, folder, str(real / "a.png"))
    chosen = showing.ids_of([str(tmp_path / "link" / "a.png")])
    assert chosen.ids == (image,)


def test_a_file_without_picture_is_shown_with_its_problem(store, showing, folder):
    put_problem(store, folder, "/pics/bad.png", "picture_empty")
    details = only(showing.chosen(showing.ids_of(["/pics"])))
    assert details.status is ImageStatus.UNREADABLE
    assert (details.facts, details.image_id) == (None, None)
    assert "0 bytes" in only(details.problems).message
    assert [p.path for p in showing.problems()] == ["/pics/bad.png"]
    assert showing.problems(["/elsewhere"]) == []


def test_a_problem_of_an_unknown_kind_is_still_told(store, showing, folder):
    put_problem(store, folder, "/pics/bad.png", "of_a_newer_version", {"x": 1})
    assert "of_a_newer_version" in only(showing.problems()).message


def test_rows_for_the_gallery(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.gif", frames=3, format="gif")
    row = only(showing.rows([image]))
    assert (row.name, row.is_animated, row.thumbnail) == ("a.gif", True, None)
    thumbnail = store.paths.thumbnail(row.sha256)
    thumbnail.parent.mkdir(parents=True)
    thumbnail.write_bytes(b"jpeg")
    assert only(showing.rows([image])).thumbnail == thumbnail


def test_order_of_ids_is_kept_and_unknown_ones_left_out(store, showing, folder):
    first, second = (add_picture(store, folder, f"/pics/{n}.png") for n in "ab")
    assert [d.image_id for d in showing.pictures([second, 999, first])] == [second, first]
    assert [r.image_id for r in showing.rows([second, 999, first])] == [second, first]


def test_more_pictures_than_one_chunk(store, showing, folder, monkeypatch):
    monkeypatch.setattr("anitag_desktop.services.showing._CHUNK", 2)
    ids = [add_picture(store, folder, f"/pics/{n}.png") for n in range(5)]
    assert [d.image_id for d in showing.pictures(ids)] == ids
    assert len(showing.details(ids)) == 5


def test_a_conflict_tells_what_each_model_says(store, showing, folder):
    other = ModelKey("other", "1")
    image, elsewhere = (add_picture(store, folder, f"/pics/{n}.png") for n in "ab")
    score(store, image, hat=0.9, cap=0.2, scarf=0.8)
    score(store, image, other, hat=0.3, bow=0.7)
    score(store, elsewhere, other, scarf=0.1)
    score(store, elsewhere, bow=0.9)
    assert only(showing.details([image])).conflicts == ()  # the other model does not count yet

    def step(conn):
        models.register(conn, other, Thresholds(default=0.5))
        models.activate(Doing(conn, None, 1.0), [MODEL, other])

    store.library.write(step)
    found = {one.tag.name: one for one in only(showing.details([image])).conflicts}
    assert list(found) == ["bow", "hat", "scarf"]  # cap is denied by nobody who knows it
    assert found["hat"].opinions == (
        ModelOpinion("toy", 0.9, True, 0.5),
        ModelOpinion("other", 0.3, False, 0.5),
    )
    assert found["scarf"].opinions[1] == ModelOpinion("other", None, False)
    assert found["bow"].opinions == (
        ModelOpinion("other", 0.7, True, 0.5),
        ModelOpinion("toy", None, False),
    )
    ids = Searcher(store).search("conflict:any").ids
    assert list(ids) == [
        one.image_id for one in showing.details([elsewhere, image]) if one.conflicts
    ]


def test_a_rejected_tag_that_a_model_sees_is_a_conflict(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, hat=0.9, cap=0.2)
    say(store, image, "hat", Verdict.REJECTED)
    say(store, image, "cap", Verdict.REJECTED)
    (conflict,) = only(showing.details([image])).conflicts
    assert (conflict.tag.name, conflict.is_rejected) == ("hat", True)
    assert conflict.opinions == (ModelOpinion("toy", 0.9, True, 0.5),)
    assert list(Searcher(store).search("conflict:any").ids) == [image]


def test_each_tag_tells_which_models_say_it_from_which_score(store, showing, folder):
    other = ModelKey("other", "1")
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, hat=0.6, cap=0.2, rating__sensitive=0.8, rating__general=0.1)
    score(store, image, other, hat=0.9, rating__general=0.7)
    say(store, image, "scarf")

    def step(conn):
        models.register(conn, other, Thresholds({TagCategory.GENERAL: 0.95}))
        models.activate(Doing(conn, None, 1.0), [MODEL, other])

    store.library.write(step)
    details = only(showing.details([image]))
    assert details.opinions == {
        "hat": (ModelOpinion("toy", 0.6, True, 0.5), ModelOpinion("other", 0.9, False, 0.95)),
        "cap": (ModelOpinion("toy", 0.2, False, 0.5),),
        "rating:sensitive": (ModelOpinion("toy", 0.8, True),),
        "rating:general": (ModelOpinion("other", 0.7, True), ModelOpinion("toy", 0.1, False)),
    }
    Configuration(store, Models(store)).set_mcut(TagCategory.GENERAL, is_on=True)
    cut = only(showing.details([image])).opinions["hat"]
    assert [(one.model, one.is_sure, one.threshold) for one in cut] == [
        ("other", True, pytest.approx(0.475)),
        ("toy", True, pytest.approx(0.4)),
    ]


def test_broader_tags_are_told_where_they_are_to_be_left_out(store, showing, folder):
    image = add_picture(store, folder, "/pics/a.png")
    score(store, image, hair=0.9, long_hair=0.8, very_long_hair=0.7, animal=0.9, cat=0.9, bow=0.9)
    say(store, image, "clothes")
    say(store, image, "red_clothes")
    TagAdministration(store).imply("cat", "animal")
    assert only(showing.details([image])).broader == frozenset()
    Configuration(store, Models(store)).change(drop_broader=True)
    details = only(showing.details([image]))
    broader = {shown.tag.name for shown in details.tags if shown.tag.uid in details.broader}
    assert broader == {"hair", "long_hair", "animal"}, "what people say is no repetition"
    assert Searcher(store).count("long_hair hair animal") == 1


def test_problems_are_counted_as_long_as_their_files_are_there(store, showing, folder):
    put_problem(store, folder, "/pics/bad.png", "picture_empty")
    put_problem(store, folder, "/pics/gone.png", "picture_empty")
    assert showing.problem_count() == 2
    set_status(store, "/pics/gone.png", ImageStatus.MISSING)
    assert showing.problem_count() == len(showing.problems()) == 1


def set_status(store, path, status):
    def step(conn):
        known = files.by_path(conn, os.fsencode(path))
        files.set_status(conn, [known.file_id], status, 5.0)

    store.library.write(step)


def put_problem(store, folder, path, code, params=None):
    def step(conn):
        stat = FileStat(0, 1, 1, abs(hash(path)) % 10**9, 1)
        file_id = files.upsert(conn, folder, os.fsencode(path), stat, None)
        problems.put(conn, file_id, code, params or {}, 7.0)

    store.library.write(step)
