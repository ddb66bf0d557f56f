"""Tag administration: relations of tags, what it does to pictures, and taking it back."""

import pytest

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import implications, models, tags
from tests.helpers.libraries import open_store
from tests.helpers.seeding import MODEL, activate_model, add_folder, add_picture, say, score


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        yield opened


@pytest.fixture
def admin(store):
    return TagAdministration(store)


@pytest.fixture
def undo(store):
    return Corrector(store).undo


@pytest.fixture
def pictures(store):
    folder = add_folder(store, "/pics")
    return [add_picture(store, folder, f"/pics/{number}.png") for number in range(3)]


def tags_of(store, image):
    (details,) = Showing(store).pictures([image])
    return [shown.tag.name for shown in details.tags]


def refused(code, action, *names):
    with pytest.raises(AnitagError) as caught:
        action(*names)
    assert caught.value.code == code
    return caught.value


def test_a_fresh_library_has_no_tags_aliases_or_implications(admin):
    assert admin.list_tags() == []


def test_aliasing_rewrites_what_pictures_have(store, admin, undo, pictures):
    both, old_only, _ = pictures
    score(store, both, sword=0.9, blade=0.8)
    say(store, old_only, "blade")
    admin.alias("Blade", "sword")
    assert tags_of(store, both) == ["sword"]
    assert tags_of(store, old_only) == ["sword"]
    assert admin.show("blade").tag.name == "sword"
    assert admin.show("sword").aliases == ("blade",)
    undo()
    assert tags_of(store, both) == ["sword", "blade"]
    assert tags_of(store, old_only) == ["blade"]
    assert admin.show("sword").aliases == ()


def test_alias_makes_the_missing_tag(admin):
    assert admin.alias("aaa", "char:bbb").id is not None
    view = admin.show("aaa")
    assert (view.tag.name, view.tag.category) == ("bbb", TagCategory.CHARACTER)


def test_what_is_there_already_is_accepted_and_does_nothing(admin, undo):
    admin.alias("aaa", "bbb")
    admin.imply("cat", "animal")
    assert admin.alias("aaa", "bbb").id is None
    assert admin.alias("AAA", " bbb ").id is None
    assert admin.imply("cat", "animal").id is None
    undo(2)
    refused("nothing_to_undo", undo)


def test_what_follows_from_other_implications_is_there_already(store, admin):
    admin.imply("a", "b")
    admin.imply("b", "c")
    assert admin.imply("a", "c").id is None or "c" in admin.show("a").implies
    with store.library.read() as conn:
        ids = {name: tags.by_name(conn, name).tag_id for name in "abc"}
        assert implications.ancestors(conn, ids["a"]) == {ids["b"], ids["c"]}


def test_alias_chains_are_refused(admin):
    admin.alias("bbb", "ccc")
    error = refused("bad_tag_relation", admin.alias, "aaa", "bbb")
    assert "ccc" in str(error)
    refused("bad_tag_relation", admin.alias, "bbb", "ddd")
    refused("bad_tag_relation", admin.alias, "aaa", "aaa")


def test_a_tag_does_not_stand_for_its_own_alias(admin):
    admin.alias("kitty", "cat")
    error = refused("bad_tag_relation", admin.alias, "cat", "kitty")
    assert "another name of cat" in str(error)
    assert admin.show("cat").aliases == ("kitty",)


def test_aliases_of_an_alias_follow_it(admin):
    admin.alias("aaa", "bbb")
    admin.alias("bbb", "ccc")
    assert admin.show("aaa").tag.name == "ccc"


@pytest.mark.parametrize(
    ("alias_category", "tag_category", "left"),
    [
        ("general", "character", "character"),
        ("character", "general", "character"),
        ("artist", "character", "character"),
    ],
)
def test_the_category_that_is_not_general_stays(
    store, admin, pictures, alias_category, tag_category, left
):
    say(store, pictures[0], "aaa", category=TagCategory(alias_category))
    say(store, pictures[0], "bbb", category=TagCategory(tag_category))
    admin.alias("aaa", "bbb")
    assert admin.show("bbb").tag.category == left


def test_implication_cycles_are_refused(admin):
    admin.imply("a", "b")
    admin.imply("b", "c")
    refused("implication_cycle", admin.imply, "c", "a")
    refused("implication_cycle", admin.imply, "b", "a")
    refused("implication_cycle", admin.imply, "a", "a")


def test_implications_of_aliases_are_refused(admin):
    admin.alias("kitty", "cat")
    assert "cat" in str(refused("bad_tag_relation", admin.imply, "kitty", "animal"))
    refused("bad_tag_relation", admin.imply, "animal", "kitty")


def test_an_implied_tag_is_not_among_the_picture_s_own(store, admin, pictures):
    score(store, pictures[0], cat=0.9)
    admin.imply("cat", "animal")
    assert tags_of(store, pictures[0]) == ["cat"]
    assert admin.show("cat").implies == ("animal",)


def test_renaming_keeps_what_was_said_and_the_old_name(store, admin, undo, pictures):
    score(store, pictures[0], long_hair=0.9)
    say(store, pictures[1], "long_hair", Verdict.REJECTED)
    admin.rename("long hair", "Very Long Hair")
    assert tags_of(store, pictures[0]) == ["very_long_hair"]
    assert admin.show("long_hair").tag.name == "very_long_hair"
    score(store, pictures[2], long_hair=0.8)
    assert tags_of(store, pictures[2]) == ["very_long_hair"]
    undo()
    assert tags_of(store, pictures[0]) == tags_of(store, pictures[2]) == ["long_hair"]
    refused("unknown_tag", admin.show, "very_long_hair")


def test_renaming_changes_no_picture_where_the_model_has_a_threshold_for_the_tag(
    store, admin, undo, pictures
):
    own = Thresholds(by_tag={"hat": 0.7, "scarf": 0.2})
    store.library.write(lambda conn: models.register(conn, MODEL, own))
    score(store, pictures[0], hat=0.6, scarf=0.3)
    score(store, pictures[1], hat=0.8)
    admin.rename("hat", "cap")
    admin.rename("scarf", "shawl")
    assert tags_of(store, pictures[0]) == ["shawl"]
    assert tags_of(store, pictures[1]) == ["cap"]
    score(store, pictures[2], hat=0.6, scarf=0.3)
    assert tags_of(store, pictures[2]) == ["shawl"]
    undo()
    undo()
    assert tags_of(store, pictures[0]) == ["scarf"]
    assert tags_of(store, pictures[1]) == ["hat"]


def test_a_merged_tag_goes_by_the_threshold_of_the_other(store, admin, pictures):
    own = Thresholds(by_tag={"hat": 0.7, "cap": 0.2})
    store.library.write(lambda conn: models.register(conn, MODEL, own))
    score(store, pictures[0], cap=0.6)
    score(store, pictures[1], hat=0.9)
    admin.merge("cap", "hat")
    assert tags_of(store, pictures[0]) == []


def test_renaming_to_a_name_that_is_taken_is_refused(admin):
    admin.imply("aaa", "bbb")
    refused("tag_exists", admin.rename, "aaa", "bbb")
    assert admin.rename("aaa", "aaa").id is None


def test_renaming_there_and_back(store, admin, pictures):
    score(store, pictures[0], hat=0.9)
    admin.rename("hat", "cap")
    admin.rename("cap", "hat")
    assert tags_of(store, pictures[0]) == ["hat"]
    assert admin.show("cap").tag.name == "hat"


def test_merging_unites_and_a_rejection_of_either_counts(store, admin, undo, pictures):
    first, second, third = pictures
    score(store, first, cap=0.9, hat=0.2)
    say(store, second, "hat")
    score(store, third, hat=0.9)
    say(store, third, "cap", Verdict.REJECTED)
    admin.merge("cap", "hat")
    assert [tags_of(store, image) for image in pictures] == [["hat"], ["hat"], []]
    assert admin.merge("cap", "hat").id is None
    undo()
    assert [tags_of(store, image) for image in pictures] == [["cap"], ["hat"], ["hat"]]


def test_merging_keeps_the_implications(admin):
    admin.imply("kitten", "cat")
    admin.imply("feline", "animal")
    admin.merge("feline", "cat")
    assert admin.show("cat").implies == ("animal",)
    assert admin.show("kitten").implies == ("cat",)


def test_deleting_is_for_good_and_can_be_undone(store, admin, undo, pictures):
    score(store, pictures[0], hat=0.9, bow=0.9)
    say(store, pictures[1], "hat", source=Source.IMPORT)
    admin.alias("cap", "hat")
    admin.delete("hat")
    assert tags_of(store, pictures[0]) == ["bow"]
    assert tags_of(store, pictures[1]) == []
    score(store, pictures[2], hat=0.9)
    assert tags_of(store, pictures[2]) == []
    refused("unknown_tag", admin.show, "hat")
    refused("unknown_tag", admin.delete, "hat")
    undo()
    assert [tags_of(store, image) for image in pictures] == [["bow", "hat"], ["hat"], ["hat"]]
    assert admin.show("cap").tag.name == "hat"


def test_another_name_is_not_deleted_by_itself(admin):
    admin.alias("cap", "hat")
    refused("bad_value", admin.delete, "cap")


def test_a_category_moves_the_tag_on_every_picture(store, admin, undo, pictures):
    score(store, pictures[0], miku=0.9)
    admin.set_category("miku", TagCategory.CHARACTER)
    (details,) = Showing(store).pictures([pictures[0]])
    assert details.tags[0].tag.category is TagCategory.CHARACTER
    undo()
    assert admin.show("miku").tag.category is TagCategory.GENERAL


@pytest.mark.parametrize(
    ("method", "names"),
    [
        ("delete", ("rating:general",)),
        ("rename", ("rating:general", "safe")),
        ("rename", ("hat", "rating:general")),
        ("merge", ("rating:general", "hat")),
        ("alias", ("rating:general", "hat")),
        ("alias", ("safe", "rating:general")),
        ("imply", ("rating:general", "hat")),
    ],
)
def test_ratings_stay_as_they_are(store, admin, pictures, method, names):
    score(store, pictures[0], rating__general=0.9, hat=0.9)
    with pytest.raises(AnitagError) as caught:
        getattr(admin, method)(*names)
    assert caught.value.code in ("bad_value", "bad_tag_relation")


@pytest.mark.parametrize("name", ["", "_x", "a,b", "x" * 300, "caf\udce9"])
def test_bad_names_are_refused_and_make_nothing(admin, name):
    refused("bad_tag_name", admin.alias, name, "hat")
    refused("bad_tag_name", admin.imply, "hat", name)
    assert admin.list_tags() == []


@pytest.mark.parametrize("name", ["nobody", "", "caf\udce9", "\0"])
def test_unknown_names(admin, name):
    refused("unknown_tag", admin.show, name)
    refused("unknown_tag", admin.merge, name, "hat")
    refused("unknown_tag", admin.delete, name)


def test_the_list_counts_present_pictures_and_filters(store, admin, pictures):
    for image in pictures:
        score(store, image, hat=0.9)
    score(store, pictures[0], hat=0.9, happy=0.9)
    say(store, pictures[0], "miku", category=TagCategory.CHARACTER)
    assert [(v.tag.name, v.count) for v in admin.list_tags()][:2] == [("hat", 3), ("happy", 1)]
    assert [v.tag.name for v in admin.list_tags(TagCategory.CHARACTER)] == ["miku"]
    assert [v.tag.name for v in admin.list_tags(prefix="HA")] == ["hat", "happy"]


def test_a_change_is_told_to_listeners(store, admin, pictures):
    score(store, pictures[0], hat=0.9)
    heard = []
    store.changes.subscribe(heard.append)
    admin.rename("hat", "cap")
    assert any(change.tags for change in heard)
    heard.clear()
    admin.delete("cap")
    assert any(pictures[0] in change.images or change.all_images for change in heard)
