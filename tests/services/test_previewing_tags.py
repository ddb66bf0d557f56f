"""Previews of changes to tags say what the change then does, and change nothing themselves."""

import pytest

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_change import ChangeKind, Effect, EffectKind, TagChange
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import checks, files
from anitag_desktop.storage.search_index import SqlSearchIndex
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_folder, add_picture, say, score

CHANGES = [
    TagChange(ChangeKind.ALIAS, "new_name", "hat"),
    TagChange(ChangeKind.ALIAS, "cap", "hat"),
    TagChange(ChangeKind.ALIAS, "fresh", "char:fresher"),
    TagChange(ChangeKind.IMPLY, "hat", "headwear"),
    TagChange(ChangeKind.IMPLY, "cap", "hat"),
    TagChange(ChangeKind.RENAME, "hat", "top_hat"),
    TagChange(ChangeKind.RENAME, "hat", "artist:somebody"),
    TagChange(ChangeKind.RENAME, "hat", "dropped"),
    TagChange(ChangeKind.MERGE, "cap", "hat"),
    TagChange(ChangeKind.MERGE, "hat", "cap"),
    TagChange(ChangeKind.DELETE, "hat"),
    TagChange(ChangeKind.SILENCE, "hat"),
    TagChange(ChangeKind.CATEGORY, "hat", "character"),
]


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        folder = add_folder(opened, "/p")
        images = [add_picture(opened, folder, f"/p/{number}.png") for number in range(5)]
        for image, scores in zip(
            images, ({"hat": 0.9}, {"hat": 0.8, "cap": 0.9}, {"cap": 0.7}, {"cap": 0.9}, {}),
            strict=True,
        ):  # fmt: skip
            score(opened, image, **scores)
        say(opened, images[3], "hat", Verdict.REJECTED)
        say(opened, images[4], "hat")
        admin = TagAdministration(opened)
        say(opened, images[4], "dropped")
        admin.delete("dropped")
        admin.alias("kappe", "cap")
        admin.imply("cap", "clothes")
        yield opened


def state(store):
    images = range(1, 6)
    tags = {
        details.path: frozenset(shown.tag.name for shown in details.tags)
        for details in Showing(store).pictures(images)
    }
    admin = TagAdministration(store)
    return tags, admin.list_tags(), len(Corrector(store).history(99))


def count(tags, name):
    return sum(name in own for own in tags.values())


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.label)
def test_a_preview_says_what_then_happens(store, change):
    admin = TagAdministration(store)
    before = state(store)
    preview = admin.preview(change)
    assert state(store) == before
    assert preview.label == change.label
    assert preview.effects
    admin.apply(change)
    after = state(store)
    for effect in preview.effects:
        assert_happened(store, effect, before, after)
    for name in {effect.tag for effect in preview.effects}:
        assert count(after[0], name) - count(before[0], name) == told_net(preview, name)
    told = {effect.tag for effect in preview.effects} | {one.other for one in preview.effects}
    for name in {name for own in (*before[0].values(), *after[0].values()) for name in own}:
        assert count(before[0], name) == count(after[0], name) or name in told
    assert checks.check(store.paths) == []
    Corrector(store).undo()
    assert state(store)[0] == before[0]
    assert checks.check(store.paths) == []


def told_net(preview, name):
    """How many more pictures have a tag than before, as the preview tells."""
    signs = {EffectKind.GAINED: 1, EffectKind.LOST: -1, EffectKind.SILENCED: -1}
    signs |= {EffectKind.RENAMED: -1}
    renamed = (one for one in preview.effects if one.kind is EffectKind.RENAMED)
    told = (signs.get(one.kind, 0) * one.pictures for one in preview.effects if one.tag == name)
    return sum(told) + sum(one.pictures for one in renamed if one.other == name)


def assert_happened(store, effect, before, after):
    names = TagAdministration(store)
    if effect.kind is EffectKind.RENAMED:
        assert count(after[0], effect.other) == effect.pictures
    elif effect.kind is EffectKind.CATEGORY:
        assert names.show(effect.tag).tag.category == effect.other
    elif effect.kind is EffectKind.ALIAS_ADDED:
        assert names.show(effect.other) == names.show(effect.tag)
    elif effect.kind is EffectKind.IMPLICATION_ADDED:
        assert effect.other in names.show(effect.tag).implies
    elif effect.kind is EffectKind.FOUND:
        old = {view.tag.name: view.count for view in before[1]}.get(effect.tag, 0)
        found = Searcher(store, SqlSearchIndex(store)).count(effect.tag)
        assert found - old == effect.pictures


@pytest.mark.parametrize(
    "change",
    [
        TagChange(ChangeKind.RENAME, "hat", "cap"),
        TagChange(ChangeKind.MERGE, "hat", "nobody"),
        TagChange(ChangeKind.IMPLY, "clothes", "cap"),
        TagChange(ChangeKind.DELETE, "nobody"),
        TagChange(ChangeKind.SILENCE, "rating:general"),
        TagChange(ChangeKind.CATEGORY, "hat", "rating"),
    ],
)
def test_what_cannot_be_done_cannot_be_previewed(store, change):
    before = state(store)
    with pytest.raises(AnitagError) as previewed:
        TagAdministration(store).preview(change)
    with pytest.raises(AnitagError) as done:
        TagAdministration(store).apply(change)
    assert str(previewed.value) == str(done.value)
    assert state(store) == before


def test_what_is_so_already_changes_nothing(store):
    admin = TagAdministration(store)
    for change in (
        TagChange(ChangeKind.ALIAS, "kappe", "cap"),
        TagChange(ChangeKind.HEED, "cap"),
        TagChange(ChangeKind.CATEGORY, "cap", "general"),
    ):
        assert admin.preview(change).effects == ()
        assert admin.apply(change).id is None


def test_a_silenced_tag_stays_off_what_models_see_later_and_on_what_was_said(store):
    admin = TagAdministration(store)
    assert admin.preview(TagChange(ChangeKind.SILENCE, "hat")).effects == (
        Effect(EffectKind.SILENCED, "hat", pictures=2),
    )
    admin.silence("hat")
    assert admin.show("hat").is_silenced
    later = add_picture(store, add_folder(store, "/q"), "/q/later.png")
    score(store, later, hat=1.0)
    details = Showing(store).pictures(range(1, later + 1))
    having = [one.path for one in details if any(s.tag.name == "hat" for s in one.tags)]
    assert having == ["/p/4.png"]
    searcher = Searcher(store, SqlSearchIndex(store))
    assert searcher.count("ai:hat") == searcher.count("missing:hat") == 0
    admin.rename("hat", "top_hat")
    assert admin.show("top_hat").is_silenced
    assert admin.show("top_hat").count == 1
    admin.heed("top_hat")
    assert admin.show("top_hat").count == 4
    Corrector(store).undo(3)
    assert admin.show("hat").count == 4
    assert not admin.show("hat").is_silenced


def test_a_category_may_change_what_counts(store):
    admin = TagAdministration(store)
    (effect,) = admin.preview(TagChange(ChangeKind.CATEGORY, "hat", "character")).effects
    assert effect == Effect(EffectKind.CATEGORY, "hat", "character", 3)
    admin.set_category("hat", TagCategory.CHARACTER)
    assert admin.show("hat").tag.category is TagCategory.CHARACTER


def test_the_old_name_stands_for_the_new_one(store):
    preview = TagAdministration(store).preview(TagChange(ChangeKind.RENAME, "hat", "top_hat"))
    assert Effect(EffectKind.ALIAS_ADDED, "top_hat", "hat") in preview.effects


def test_a_preview_counts_the_pictures_that_lists_and_searches_count(store):
    def lose(conn):
        folder = 1
        file = files.known(conn, folder)[b"/p/0.png"]
        files.set_status(conn, [file.file_id], ImageStatus.MISSING, 1.0)

    store.library.write(lose)
    admin, searcher = TagAdministration(store), Searcher(store)
    hats, caps = searcher.count("hat"), searcher.count("cap")
    assert (hats, caps) == (2, 3)
    (renamed,) = told(admin, TagChange(ChangeKind.RENAME, "hat", "top_hat"), EffectKind.RENAMED)
    assert renamed.pictures == hats == admin.show("hat").count
    merge = TagChange(ChangeKind.MERGE, "hat", "cap")
    lost, more = told(admin, merge, EffectKind.LOST), told(admin, merge, EffectKind.GAINED)
    imply = TagChange(ChangeKind.IMPLY, "hat", "headwear")
    (found,) = told(admin, imply, EffectKind.FOUND)
    assert found.pictures == hats
    net = sum(one.pictures for one in more) - sum(e.pictures for e in lost if e.tag == "cap")
    admin.apply(merge)
    assert searcher.count("cap") == caps + net


def told(admin, change, kind):
    return [effect for effect in admin.preview(change).effects if effect.kind is kind]
