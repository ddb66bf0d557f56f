"""The dialog of the tags on a real library: finding, previewing, changing, undoing."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_change import ChangeKind, Effect, EffectKind, TagChange
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.tags.dialog import TagsDialog
from anitag_desktop.gui.tags.effect_words import question, sentence
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.search_index import SqlSearchIndex
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model, add_folder, add_picture, say, score

pytestmark = pytest.mark.gui


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        activate_model(opened)
        folder = add_folder(opened, "/p")
        for number, scores in enumerate(({"hat": 0.9}, {"hat": 0.9, "cap": 0.9}, {"cap": 0.9})):
            score(opened, add_picture(opened, folder, f"/p/{number}.png"), **scores)
        say(opened, 1, "<b>miku", category=TagCategory.CHARACTER)
        TagAdministration(opened).alias("kappe", "cap")
        yield opened


@pytest.fixture
def dialog(qtbot, store, tmp_path):
    library = SimpleNamespace(
        administering=TagAdministration(store),
        searching=Searcher(store, SqlSearchIndex(store)),
        correcting=Corrector(store),
    )
    tasks, failures = Tasks(), []
    tasks.failed.connect(failures.append)
    workspace = Workspace(library, tasks, LibrarySignals(), WindowMemory(tmp_path / "w.ini"))
    corrections = Corrections(workspace)
    made = TagsDialog(workspace, corrections)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.model.rows) and made.details.isVisible())
    yield made
    assert tasks.close()
    assert not failures


def names(dialog):
    return [view.tag.name for view in dialog.model.rows]


def choose(qtbot, dialog, name):
    dialog.list.setCurrentIndex(dialog.model.index(names(dialog).index(name)))
    qtbot.waitUntil(lambda: dialog.details.name.text() == name.replace("_", " "))


def test_it_lists_tags_with_what_is_known_of_them(qtbot, dialog):
    assert names(dialog) == ["cap", "hat", "<b>miku"]
    assert dialog.count.text() == "3 tags"
    assert dialog.details.name.text() == "cap"
    assert dialog.details.facts.text() == "General · 2 pictures"
    assert dialog.details.aliases.text() == "kappe"
    qtbot.waitUntil(lambda: dialog.details.related.text() == "hat\u00a050\u00a0%")
    choose(qtbot, dialog, "<b>miku")
    assert dialog.details.name.textFormat() is Qt.TextFormat.PlainText
    assert dialog.details.facts.text() == "Character · 1 picture"


def test_the_search_looks_into_names_and_aliases_and_the_buttons_at_categories(qtbot, dialog):
    qtbot.keyClicks(dialog.search, "KAPP")
    qtbot.waitUntil(lambda: names(dialog) == ["cap"])
    dialog.search.clear()
    qtbot.waitUntil(lambda: len(names(dialog)) == 3)
    button = next(b for b in dialog.categories.buttons() if b.property("category") == "character")
    button.click()
    qtbot.waitUntil(lambda: names(dialog) == ["<b>miku"])
    qtbot.keyClicks(dialog.search, "zzz")
    qtbot.waitUntil(lambda: names(dialog) == [])
    assert not dialog.details.isVisible()


def test_a_change_is_previewed_then_applied_then_undone(qtbot, store, dialog):
    choose(qtbot, dialog, "hat")
    dialog.details.buttons[ChangeKind.MERGE].click()
    form = dialog.form
    assert form.isVisible()
    assert not form.apply_button.isEnabled()
    qtbot.keyClicks(form.name, "cap")
    qtbot.waitUntil(form.apply_button.isEnabled)
    lines = form.preview.text().splitlines()
    assert "hat counts as cap" in lines
    assert "hat goes from 2 pictures" in lines
    assert "cap comes to 1 picture" in lines
    assert TagAdministration(store).show("hat").count == 2
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(dialog) == ["cap", "<b>miku"])
    assert not form.isVisible()
    assert dialog.isVisible()
    assert TagAdministration(store).show("cap").count == 3
    dialog.undo_button.click()
    qtbot.waitUntil(lambda: names(dialog) == ["cap", "hat", "<b>miku"])


def test_what_cannot_be_is_said_and_cannot_be_applied(qtbot, dialog):
    choose(qtbot, dialog, "hat")
    dialog.details.buttons[ChangeKind.MERGE].click()
    qtbot.keyClicks(dialog.form.name, "nobody")
    qtbot.waitUntil(lambda: "nobody" in dialog.form.preview.text())
    assert dialog.form.preview.property("tone") == "bad"
    assert not dialog.form.apply_button.isEnabled()
    qtbot.keyClick(dialog.form.name, Qt.Key.Key_Return)
    assert dialog.form.isVisible()


def test_categories_deleting_and_silencing(qtbot, store, dialog):
    choose(qtbot, dialog, "hat")
    dialog.details.buttons[ChangeKind.CATEGORY].click()
    dialog.form.category.setCurrentText("Character")
    dialog.form.category.activated.emit(dialog.form.category.currentIndex())
    qtbot.waitUntil(dialog.form.apply_button.isEnabled)
    dialog.form.apply_button.click()
    qtbot.waitUntil(lambda: dialog.details.facts.text().startswith("Character · 2"))
    dialog.details.buttons[ChangeKind.SILENCE].click()
    qtbot.waitUntil(dialog.form.apply_button.isEnabled)
    dialog.form.apply_button.click()
    qtbot.waitUntil(lambda: "no model may give it" in dialog.details.facts.text())
    assert dialog.details.buttons[ChangeKind.HEED].isVisible()
    dialog.details.buttons[ChangeKind.DELETE].click()
    qtbot.waitUntil(dialog.form.apply_button.isEnabled)
    dialog.form.apply_button.click()
    qtbot.waitUntil(lambda: "hat" not in names(dialog))


def test_a_named_tag_is_shown_at_once(qtbot, dialog):
    dialog.seek("kappe")
    qtbot.waitUntil(lambda: names(dialog) == ["cap"])
    assert dialog.details.name.text() == "cap"


@pytest.mark.parametrize("kind", EffectKind)
def test_every_effect_has_a_sentence(kind):
    other = "character" if kind is EffectKind.CATEGORY else "some_other"
    text = sentence(Effect(kind, "long_hair", other, 2))
    assert "long hair" in text
    assert "{" not in text


@pytest.mark.parametrize("kind", ChangeKind)
def test_every_change_has_a_question_and_a_label(kind):
    assert "long hair" in question(kind, "long_hair")
    assert "long_hair" in TagChange(kind, "long_hair", "x").label
