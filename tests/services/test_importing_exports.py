"""What was exported comes back as it was: said by whom it was said, and no more."""

from types import SimpleNamespace

import pytest

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.exporting import Exporter
from anitag_desktop.services.importing import Importer
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import verdicts
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_folder, add_picture, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


def tags_of(store, image):
    (details,) = Showing(store).pictures([image])
    return {(shown.tag.name, shown.source.value) for shown in details.tags}


def counts(report):
    return report.read, report.applied, report.unmatched, len(report.problems)


@pytest.mark.parametrize("form", ["json", "txt"])
def test_export_and_import_into_a_fresh_library(store, pics, picture, tmp_path, form):
    images = [picture(f"{name}.png", name) for name in "abc"]
    say(store, images[0], "miku", category=TagCategory.CHARACTER)
    say(store, images[0], "saber_(fate)", source=Source.IMPORT)
    say(store, images[1], "o_o")
    say(store, images[1], "rating:questionable", category=TagCategory.RATING)
    say(store, images[2], "hat", Verdict.REJECTED)
    out = pics if form == "txt" else tmp_path / "out.jsonl"
    export(store, images, form, out)
    with open_store(tmp_path / "fresh") as fresh:
        folder = add_folder(fresh, str(pics))
        again = [add_picture(fresh, folder, str(pics / f"{name}.png"), name) for name in "abc"]
        report = Importer(fresh).import_path(str(out))
        assert counts(report) == (3, 3, 0, 0)
        assert [names_of(fresh, image) for image in again] == [
            names_of(store, image) for image in images
        ]


@pytest.mark.parametrize("form", ["json", "txt"])
def test_importing_the_library_s_own_export_changes_nothing(
    store, picture, tmp_path, import_path, form
):
    images = [picture(f"{name}.png", name) for name in "abcd"]
    score(store, images[0], rating__general=0.9, long_hair=0.9, hat=0.2)
    score(store, images[1], rating__general=0.9, scarf=0.9, bow=0.8)
    say(store, images[0], "o_o")
    say(store, images[1], "rating:questionable", category=TagCategory.RATING)
    say(store, images[1], "scarf", Verdict.REJECTED)
    say(store, images[1], "tie", source=Source.IMPORT)
    score(store, images[2], hat=0.9)
    before = [everything_of(store, image) for image in images]
    out = tmp_path / ("out" if form == "txt" else "out.jsonl")
    export(store, images, form, out)
    done = len(Corrector(store).history(100))
    assert counts(import_path(out)) == (4, 4, 0, 0)
    assert [everything_of(store, image) for image in images] == before
    assert len(Corrector(store).history(100)) == done


OTHER = ModelKey("test/other", "1")


def test_ratings_of_an_export_from_before_a_change_of_model_stay_the_models(
    store, picture, tmp_path, import_path
):
    seen, said, mended = (picture(f"{name}.png", name) for name in "abc")
    for image in (seen, said, mended):
        score(store, image, rating__general=0.9, rating__explicit=0.1, long_hair=0.9)
    for image, rating in ((said, "rating:questionable"), (mended, "rating:explicit")):
        say(store, image, rating, category=TagCategory.RATING)
    export(store, [seen, said, mended], "json", tmp_path / "out.jsonl")
    say(store, mended, "rating:explicit", None, category=TagCategory.RATING)
    activate_model(store, OTHER)
    for image in (seen, said, mended):
        score(store, image, OTHER, rating__sensitive=0.9, rating__general=0.2, hat=0.9)
    assert counts(import_path(tmp_path / "out.jsonl")) == (3, 3, 0, 0)
    assert names_of(store, seen) == ({"hat"}, "sensitive")
    assert names_of(store, said) == ({"hat"}, "questionable")
    assert names_of(store, mended) == ({"hat"}, "explicit")
    with store.library.read() as conn:
        assert not verdicts.of_images(conn, [seen])


def test_labels_that_nobody_can_type_make_no_rating_a_statement(
    store, picture, tmp_path, import_path
):
    image = picture("a.png")
    score(store, image, **{"rating__general": 0.9, "tag,with_comma": 0.9})
    export(store, [image], "json", tmp_path / "out.jsonl")
    assert counts(import_path(tmp_path / "out.jsonl")) == (1, 1, 0, 0)
    with store.library.read() as conn:
        assert not verdicts.of_images(conn, [image])
    assert Corrector(store).history(10) == []


def everything_of(store, image):
    (details,) = Showing(store).details([image])
    return details


def test_a_caption_that_says_more_than_a_model_saw_is_believed_whole(
    store, pics, picture, import_path
):
    image = picture("a.png")
    score(store, image, rating__general=0.9, long_hair=0.9)
    (pics / "a.txt").write_text("long hair, hat, rating:general")
    import_path(pics)
    assert tags_of(store, image) == {("long_hair", "import"), ("hat", "import")}
    with store.library.read() as conn:
        assert {s.source for s in verdicts.of_images(conn, [image])} == {"import"}
        assert len(verdicts.of_images(conn, [image])) == 3


def export(store, images, form, out):
    searching = SimpleNamespace(search=lambda text: SimpleNamespace(ids=images))
    return Exporter(store, searching, Showing(store)).export(form, str(out))


def names_of(store, image):
    (details,) = Showing(store).pictures([image])
    return {shown.tag.name for shown in details.tags}, details.rating
