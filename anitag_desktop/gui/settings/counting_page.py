"""Settings of what counts: whose word among several models, how much of it, and what is cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel

from anitag_desktop.domain.merging import AGREEMENT, HIGHEST
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.settings.choice_field import ChoiceField
from anitag_desktop.gui.settings.number_field import NumberField
from anitag_desktop.gui.settings.page import SettingsPage
from anitag_desktop.gui.settings.tick_box import TickBox
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import category_name
from anitag_desktop.settings import MOST_TAGS, Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_ANY = 0
_WHOLE = 100


class CountingPage(SettingsPage):
    """Shows whose word counts, and how much is learnt from whom; ``values`` has the settings."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = {category: ChoiceField() for category in TagCategory}
        tagged = [category for category in TagCategory if category is not TagCategory.RATING]
        self.most = {category: _most_field(self.tr("any number")) for category in tagged}
        self.cuts = {category: TickBox(self.tr("own cut")) for category in tagged}
        self.broader = TickBox(self.tr("Leave out what a more exact tag says, too"))
        self.learning = TickBox(self.tr("Learn from corrections once no more follow"))
        self.trust = _trust_field()
        self._trust = Settings().import_trust
        self.show_taggers({})
        self._add_table()
        self._add_broader()
        self._add_learning()
        self.column.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set."""
        for category, field in self.rules.items():
            field.choose(settings.merging.get(category, HIGHEST))
        for category, number in self.most.items():
            number.setValue(settings.most_tags.get(category, _ANY))
        for category, box in self.cuts.items():
            box.setChecked(category in settings.mcut)
        self.broader.setChecked(settings.drop_broader)
        self.learning.setChecked(settings.learn_by_itself)
        self._trust = settings.import_trust
        self.trust.setValue(_percent(self._trust))

    def show_taggers(self, titles: Mapping[str, str]) -> None:
        """Offer models, titles by id, as those that may decide alone."""
        words = self.tr("only {model}")
        choices = {
            HIGHEST: self.tr("any model that is sure"),
            AGREEMENT: self.tr("two models that agree"),
            **{model: words.format(model=title) for model, title in titles.items()},
        }
        for field in self.rules.values():
            field.offer(choices)

    def values(self) -> dict[str, Any]:
        """Return what stands here."""
        rules = {category: field.choice for category, field in self.rules.items()}
        most = {category: field.value() for category, field in self.most.items()}
        return {
            "merging": {c: rule for c, rule in rules.items() if rule not in (None, HIGHEST)},
            "most_tags": {c: count for c, count in most.items() if count != _ANY},
            "mcut": tuple(c for c, box in self.cuts.items() if box.isChecked()),
            "drop_broader": self.broader.isChecked(),
            "learn_by_itself": self.learning.isChecked(),
            "import_trust": self._shown_trust(),
        }

    def _shown_trust(self) -> float:
        """Return what stands in the field, exactly as it was given if nobody touched it."""
        shown = self.trust.value()
        return self._trust if shown == _percent(self._trust) else shown / _WHOLE

    def _add_table(self) -> None:
        self.add_head(self.tr("What models may give a picture"))
        self.add_help(
            self.tr(
                "Where several models are in use, every picture goes through all of them. Of each "
                "category you say whose word counts, how many tags there may be at most (the "
                "likeliest stay), and whether each picture has a threshold of its own. What you "
                "said yourself always stays, and nothing has to be recognised again."
            )
        )
        table = QGridLayout()
        table.setHorizontalSpacing(Space.CELL)
        table.setVerticalSpacing(Space.SMALL)
        for place, text in enumerate(("", self.tr("Whose word"), self.tr("At most"))):
            table.addWidget(PlainLabel(text, "secondary"), 0, place)
        for row, category in enumerate(TagCategory, start=1):
            table.addWidget(QLabel(category_name(category)), row, 0)
            for column, field in enumerate(self._fields(category), start=1):
                table.addWidget(field, row, column)
        table.setColumnStretch(1, 1)
        self.column.addLayout(table)
        self.add_help(
            self.tr(
                "Own cut: the threshold lies where the scores of a picture fall off most (MCut), "
                "at 0.15 or at the threshold that you set, or higher. It takes the place of the "
                "model's own. Of ratings the likeliest one counts. Single tags are kept away from "
                "models in the list of tags (Ctrl+Shift+T)."
            )
        )

    def _fields(self, category: TagCategory) -> list[QWidget]:
        """Return the fields of a category, each with its name for those who do not see it."""
        names = (self.tr("Whose word"), self.tr("At most"), self.tr("own cut"))
        found: list[QWidget] = [self.rules[category]]
        if category in self.most:
            found += [self.most[category], self.cuts[category]]
        for field, name in zip(found, names, strict=False):
            field.setAccessibleName(f"{category_name(category)}: {name}")
            field.setMinimumHeight(Size.CONTROL)
        return found

    def _add_broader(self) -> None:
        self.add_head(self.tr("Broader tags"))
        self.column.addWidget(self.broader, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_help(
            self.tr(
                "Such as long hair beside very long hair, or what a tag implies. They are left out "
                "of captions and wait behind a button beside the picture; searches find them."
            )
        )

    def _add_learning(self) -> None:
        self.add_head(self.tr("Corrections"))
        self.column.addWidget(self.learning, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_help(
            self.tr(
                "The tags that you corrected are then judged anew on every picture. It is one step "
                "that Ctrl+Z takes back. Without this, Ctrl+L does it."
            )
        )
        self._add_trust()

    def _add_trust(self) -> None:
        label = QLabel(self.tr("How much an imported tag teaches"))
        label.setBuddy(self.trust)
        self.trust.setAccessibleName(label.text())
        self.trust.setMinimumHeight(Size.CONTROL)
        row = QHBoxLayout()
        row.setSpacing(Space.CELL)
        row.addWidget(label)
        row.addWidget(self.trust)
        row.addStretch(1)
        self.column.addLayout(row)
        self.add_help(
            self.tr(
                "Beside one that you confirmed yourself: tags from files beside pictures, or from "
                "other programs. At 0 % nothing is learnt from them; pictures keep them all the "
                "same. It holds when anything is learnt the next time."
            )
        )


def _most_field(hint: str) -> NumberField:
    field = NumberField(_ANY, MOST_TAGS)
    field.setSpecialValueText(hint)
    field.setFixedWidth(Size.FIELD_SMALL)
    return field


def _trust_field() -> NumberField:
    field = NumberField(0, _WHOLE)
    field.setSuffix(" %")
    field.setFixedWidth(Size.FIELD_SMALL)
    return field


def _percent(trust: float) -> int:
    return round(trust * _WHOLE)
