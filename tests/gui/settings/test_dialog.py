"""The settings dialog: it shows what is set, keeps what was changed, and says what is wrong."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.settings.dialog import SettingsDialog
from anitag_desktop.gui.theme.theme import Scheme, theme
from anitag_desktop.settings import DEFAULT_EXCLUDES, Settings

pytestmark = pytest.mark.gui

_ODD = Settings(
    excludes=("raw/",),
    follow_links=True,
    scan_interval=90.0,
    recogniser_threads=3,
    device="directml",
    thresholds={TagCategory.GENERAL: 0.34567},
    tag_thresholds={"hat": 0.2},
    merging={TagCategory.CHARACTER: "agreement"},
    most_tags={TagCategory.META: 3},
    mcut=(TagCategory.GENERAL,),
    drop_broader=True,
    learn_by_itself=False,
    import_trust=0.333,
)


@pytest.fixture
def window(make_window):
    window = make_window()
    yield window
    theme.choose(Scheme.DARK)


@pytest.fixture
def open_dialog(qtbot, window):
    def make() -> SettingsDialog:
        dialog = window.controls.settings.open()
        qtbot.waitUntil(dialog.isEnabled)
        return dialog

    return make


def saved(qtbot, dialog):
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


def test_the_shortcut_opens_it(qtbot, window):
    (action,) = [one for one in window.findChildren(QAction) if one.text() == "Settings…"]
    assert action.shortcut().toString() == "Ctrl+,"
    action.trigger()
    dialog = window.findChild(SettingsDialog)
    qtbot.waitUntil(lambda: dialog.isEnabled() and dialog.isVisible())
    dialog.reject()


def test_what_nobody_touched_stays_exactly_as_it_is(qtbot, library, open_dialog):
    library.settings = _ODD
    dialog = open_dialog()
    assert dialog.changed == {}
    assert dialog.folders.excludes.toPlainText() == "raw/"
    assert dialog.recognition.tags.thresholds == {"hat": 0.2}
    before = list(library.calls)
    saved(qtbot, dialog)
    assert library.settings is _ODD
    assert "change" not in library.calls[len(before) :]


def test_what_is_changed_is_kept_at_once(qtbot, library, open_dialog):
    dialog = open_dialog()
    folders, recognition = dialog.folders, dialog.recognition
    folders.excludes.setPlainText(" raw/ \n\n*_old.*\n")
    folders.links.click()
    folders.minutes.setValue(5)
    assert recognition.device.currentText() == "What is fastest"
    recognition.device.choose("cpu")
    recognition.threads.setValue(2)
    recognition.fields[TagCategory.CHARACTER].setValue(0.8)
    qtbot.keyClicks(recognition.tags.name, "Long Hair")
    qtbot.keyClick(recognition.tags.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    saved(qtbot, dialog)
    assert library.settings == Settings(
        excludes=("raw/", "*_old.*"),
        follow_links=True,
        scan_interval=300.0,
        recogniser_threads=2,
        device="cpu",
        thresholds={TagCategory.CHARACTER: 0.8},
        tag_thresholds={"long_hair": 0.5},
    )


def test_what_counts_is_kept(qtbot, library, open_dialog):
    dialog = open_dialog()
    page = dialog.counting
    assert [page.rules[TagCategory.GENERAL].itemText(n) for n in range(3)] == [
        "any model that is sure",
        "two models that agree",
        "only anitag small",
    ]
    page.rules[TagCategory.RATING].choose("anitag/small")
    page.rules[TagCategory.CHARACTER].choose("agreement")
    page.most[TagCategory.GENERAL].setValue(30)
    page.cuts[TagCategory.META].click()
    page.cuts[TagCategory.CHARACTER].click()
    page.broader.click()
    page.learning.click()
    page.trust.setValue(20)
    saved(qtbot, dialog)
    assert library.settings == Settings(
        merging={TagCategory.RATING: "anitag/small", TagCategory.CHARACTER: "agreement"},
        most_tags={TagCategory.GENERAL: 30},
        mcut=(TagCategory.CHARACTER, TagCategory.META),
        drop_broader=True,
        learn_by_itself=False,
        import_trust=0.2,
    )


def test_a_model_that_is_gone_still_decides_if_nobody_says_otherwise(qtbot, library, open_dialog):
    library.settings = Settings(merging={TagCategory.META: "gone/<b>model"})
    dialog = open_dialog()
    field = dialog.counting.rules[TagCategory.META]
    assert field.currentText() == "gone/<b>model"
    assert dialog.changed == {}
    field.choose("highest")
    saved(qtbot, dialog)
    assert library.settings == Settings()


def test_cancel_keeps_nothing(library, open_dialog):
    dialog = open_dialog()
    dialog.folders.links.click()
    dialog.appearance.buttons[Scheme.LIGHT].click()
    dialog.reject()
    assert library.settings == Settings()
    assert theme.scheme is Scheme.DARK


def test_what_is_wrong_is_said_and_the_dialog_stays(qtbot, library, open_dialog):
    dialog = open_dialog()
    dialog.folders.excludes.setPlainText("*")
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "would leave out everything" in dialog.problem.text())
    assert dialog.isVisible()
    dialog.folders.excludes.setPlainText("raw/")
    dialog.recognition.tags.show_thresholds({"unheard_of": 0.5})
    dialog.save_button.click()
    qtbot.waitUntil(lambda: "unheard_of" in dialog.problem.text())
    assert library.settings == Settings()
    dialog.recognition.tags.remove("unheard_of")
    saved(qtbot, dialog)
    assert library.settings == Settings(excludes=("raw/",))


def test_the_usual_patterns_come_back(open_dialog, library):
    library.settings = _ODD
    dialog = open_dialog()
    dialog.folders.usual.click()
    assert dialog.folders.values()["excludes"] == DEFAULT_EXCLUDES
    dialog.reject()


def test_folders_are_listed_added_and_forgotten(qtbot, library, open_dialog, tmp_path, monkeypatch):
    art = tmp_path / "<b>art"
    art.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(art))
    dialog = open_dialog()
    listed = dialog.folders.folders
    assert not dialog.folders.stop.isEnabled()
    dialog.folders.add.click()
    qtbot.waitUntil(lambda: listed.count() == 1)
    assert str(art) in listed.item(0).text()
    listed.setCurrentRow(0)
    dialog.folders.stop.click()
    qtbot.waitUntil(lambda: listed.count() == 0)
    assert library.folders == []
    dialog.reject()


def test_the_models_own_thresholds_are_hinted_at_and_stepping_begins_there(open_dialog):
    dialog = open_dialog()
    general = dialog.recognition.fields[TagCategory.GENERAL]
    assert "0.21" in general.text()
    assert "0.64" in general.text()
    assert "0.50" in dialog.recognition.fields[TagCategory.CHARACTER].text()
    assert general.threshold is None
    general.stepUp()
    assert general.threshold == pytest.approx(0.42, abs=0.01)
    general.stepBy(-20)
    assert general.threshold is None
    general.setValue(0.01)
    assert general.threshold == 0.05
    general.setValue(1.0)
    assert (general.threshold, general.text()) == (1.0, "1")
    dialog.reject()


def test_a_threshold_is_typed_over_the_hint_and_emptied_again(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.names.setCurrentRow(1)
    general = dialog.recognition.fields[TagCategory.GENERAL]
    general.setFocus()
    qtbot.waitUntil(lambda: general.lineEdit().selectedText() == general.text())
    qtbot.keyClicks(general, "0.4")
    assert general.threshold == 0.4
    general.selectAll()
    qtbot.keyClick(general, Qt.Key.Key_Delete)
    dialog.recognition.threads.setFocus()
    assert general.threshold is None
    assert "0.21" in general.text()
    dialog.reject()


def test_how_the_window_looks_is_the_windows_own(qtbot, window, library, workspace, open_dialog):
    dialog = open_dialog()
    dialog.appearance.buttons[Scheme.LIGHT].click()
    dialog.appearance.slider.setValue(240)
    saved(qtbot, dialog)
    assert (theme.scheme, workspace.memory.scheme) == (Scheme.LIGHT, Scheme.LIGHT)
    assert workspace.memory.cell == 240
    assert library.settings == Settings()
    assert open_dialog().appearance.scheme is Scheme.LIGHT


def test_a_folder_is_left_out_from_its_menu(qtbot, window, library):
    folder = Folder("/pictures/raw", "raw", 3)
    window.controls._show_folder_menu(folder, QPoint(10, 10))
    (menu,) = [one for one in window.findChildren(QMenu) if one.isVisible()]
    (action,) = [one for one in menu.actions() if one.text() == "Leave out this folder"]
    action.trigger()
    menu.close()
    qtbot.waitUntil(lambda: "/pictures/raw/" in library.settings.excludes)
    qtbot.waitUntil(lambda: window.controls.toast.isVisible())


def test_a_failure_to_read_is_reported_and_closes_it(qtbot, window, library, monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(library.configuring._service, "settings", broken)
    dialog = window.controls.settings.open()
    with qtbot.waitSignal(dialog.rejected):
        pass
    qtbot.waitUntil(lambda: len(window.crashes) == 1)
