from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.domain.details import Conflict, ModelOpinion
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.inspector.chip import TagChip, tooltip_of
from anitag_desktop.gui.inspector.chip_section import ChipSection
from anitag_desktop.gui.inspector.tag_groups import State, TagState

pytestmark = pytest.mark.gui

TAG = Tag("u", "long_hair", TagCategory.GENERAL)


def state(kind: State = State.PREDICTED, score: float | None = 0.914, have=1, of=1, tag=TAG):
    return TagState(tag, kind, score, have, of)


@pytest.mark.parametrize(
    ("shown", "note"),
    [
        (state(), "91"),
        (state(State.SUGGESTED, 0.47), "47"),
        (state(State.SAID), ""),
        (state(State.SAID, have=2, of=3), "2/3"),
        (state(have=3, of=3), ""),
        (state(State.REJECTED, None), ""),
    ],
)
def test_what_stands_beside_the_name(qtbot, shown, note):
    chip = TagChip(shown)
    qtbot.addWidget(chip)
    assert chip._note == note
    assert chip._text == "long hair"
    assert not chip.grab().isNull()


def test_states_are_told_without_colour(qtbot):
    words = {kind: TagChip(state(kind)).accessibleName() for kind in State}
    assert len(set(words.values())) == len(State)


def test_a_conflict_is_a_sign_and_words(qtbot):
    opinions = (ModelOpinion("wd<b>", 0.93, True), ModelOpinion("mine", 0.2, False))
    conflict = Conflict(TAG, (*opinions, ModelOpinion("other", None, False)), is_rejected=False)
    plain, marked = TagChip(state()), TagChip(replace(state(), conflicts=(conflict,)))
    for chip in (plain, marked):
        qtbot.addWidget(chip)
    assert marked.sizeHint().width() > plain.sizeHint().width()
    assert marked.accessibleName().endswith("in conflict")
    told = tooltip_of(marked.state).splitlines()[2:]
    assert told == ["Models disagree:", "wd<b>: 93 %", "mine: only 20 %", "other does not see it"]
    assert "wd&lt;b&gt;" in marked.toolTip()
    several = replace(state(have=2, of=3), conflicts=(conflict, conflict))
    assert tooltip_of(several).splitlines()[-1] == "in conflict on 2 of 3 pictures"
    rejected = replace(conflict, is_rejected=True)
    assert "You rejected" in tooltip_of(replace(state(State.REJECTED), conflicts=(rejected,)))


def test_who_says_it_from_which_score(qtbot):
    opinions = (ModelOpinion("wd<b>", 0.93, True, 0.35), ModelOpinion("mine", 0.2, False, 0.5))
    chip = TagChip(replace(state(), opinions=opinions))
    qtbot.addWidget(chip)
    assert tooltip_of(chip.state).splitlines()[2:] == [
        "wd<b>: 93 % (counts from 35 %)",
        "mine: only 20 % (counts from 50 %)",
    ]
    assert "wd&lt;b&gt;" in chip.toolTip()


def test_every_state_looks_different(qtbot):
    shots = []
    for kind in State:
        chip = TagChip(state(kind, 0.5))
        qtbot.addWidget(chip)
        chip.resize(160, 26)
        shots.append(bytes(chip.grab().toImage().constBits()))
    assert len(set(shots)) == len(State)


def test_keys(qtbot):
    chip = TagChip(state(State.SUGGESTED))
    qtbot.addWidget(chip)
    accepted, rejected, stepped = [], [], []
    chip.accepted.connect(accepted.append)
    chip.rejected.connect(rejected.append)
    chip.stepped.connect(stepped.append)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_Return):
        qtbot.keyClick(chip, key)
    for key in (Qt.Key.Key_N, Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
        qtbot.keyClick(chip, key)
    qtbot.keyClick(chip, Qt.Key.Key_Right)
    qtbot.keyClick(chip, Qt.Key.Key_Left)
    assert (len(accepted), len(rejected), stepped) == (2, 3, [1, -1])


def test_a_click_on_the_name_picks_with_the_modifiers(qtbot):
    chip = TagChip(state(State.SUGGESTED))
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    picked = []
    chip.picked.connect(lambda *args: picked.append(args))
    qtbot.mouseClick(
        chip,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        chip.rect().center() / 2,
    )
    ((shown, modifiers),) = picked
    assert shown == chip.state
    assert modifiers & Qt.KeyboardModifier.ControlModifier


def test_a_very_long_name_is_cut_to_the_panel(qtbot):
    section = ChipSection("General")
    qtbot.addWidget(section)
    section.resize(280, 200)
    section.show_states([state(tag=Tag("u", "x" * 400, TagCategory.GENERAL))])
    section.show()
    qtbot.wait(20)
    assert section.chips[0].width() <= 280


def test_many_chips_wait_behind_a_button(qtbot):
    section = ChipSection("Suggested", most=3)
    qtbot.addWidget(section)
    section.resize(300, 300)
    states = [
        state(State.SUGGESTED, tag=Tag(f"u{n}", f"tag {n}", TagCategory.GENERAL)) for n in range(8)
    ]
    section.show_states(states)
    section.show()
    assert len(section.chips) == 3
    assert section._more.text() == "Show 5 more"
    section._more.click()
    assert len(section.chips) == 8
    assert section._more.isHidden()


def test_what_repeats_a_more_exact_tag_waits_behind_the_button(qtbot):
    section = ChipSection("General", most=2)
    qtbot.addWidget(section)
    names = ("hair", "long_hair", "hat", "bow")
    tags = [Tag(name, name, TagCategory.GENERAL) for name in names]
    states = [replace(state(tag=tag), is_broader=tag.name == "hair") for tag in tags]
    section.show_states(states)
    section.show()
    assert [chip.state.tag.name for chip in section.chips] == ["long_hair", "hat"]
    assert section._more.text() == "Show 2 more"
    section._more.click()
    assert [chip.state.tag.name for chip in section.chips] == list(names)


def test_the_next_chip_gets_the_focus_of_one_that_is_gone(qtbot):
    section = ChipSection("Suggested")
    qtbot.addWidget(section)
    states = [
        state(State.SUGGESTED, tag=Tag(f"u{n}", f"tag {n}", TagCategory.GENERAL)) for n in range(3)
    ]
    section.show_states(states)
    section.show()
    section.activateWindow()
    section.chips[1].setFocus()
    qtbot.waitUntil(section.chips[1].hasFocus)
    section.show_states([states[0], states[2]])
    assert section.chips[1].hasFocus()
    assert section.chips[1].state == states[2]
