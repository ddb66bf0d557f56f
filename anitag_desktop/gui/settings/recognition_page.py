"""Settings of recognition: how many threads, and from which score on a tag counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from anitag_desktop.domain.device import AUTOMATIC, CPU, device_name
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.settings.choice_field import ChoiceField
from anitag_desktop.gui.settings.number_field import NumberField
from anitag_desktop.gui.settings.page import SettingsPage
from anitag_desktop.gui.settings.tag_thresholds import TagThresholds
from anitag_desktop.gui.settings.threshold_field import ThresholdField
from anitag_desktop.gui.wording import category_name, locale
from anitag_desktop.settings import MOST_THREADS, Settings

_SAME = 0.005


class RecognitionPage(SettingsPage):
    """Shows ``device``, ``recogniser_threads``, ``thresholds`` and ``tag_thresholds``."""

    def __init__(self) -> None:
        super().__init__()
        self.device = ChoiceField()
        self.show_devices((AUTOMATIC, CPU))
        self.threads = NumberField(0, MOST_THREADS)
        self.threads.setSpecialValueText(self.tr("As many as suit"))
        self.fields = {
            category: ThresholdField(self.tr("The model's own"))
            for category in TagCategory
            if category is not TagCategory.RATING
        }
        self.tags = TagThresholds()
        self._add_threads()
        self._add_thresholds()
        self.column.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set."""
        self.device.choose(settings.device)
        self.threads.setValue(settings.recogniser_threads)
        for category, field in self.fields.items():
            field.show_threshold(settings.thresholds.get(category))
        self.tags.show_thresholds(settings.tag_thresholds)

    def show_devices(self, devices: Sequence[str]) -> None:
        """Offer what models can be set to run on."""
        self.device.offer({device: self._device_words(device) for device in devices})

    def show_own(self, own: Mapping[TagCategory, tuple[float, float]]) -> None:
        """Say which thresholds the models have by themselves, from and to."""
        for category, (low, high) in own.items():
            if category in self.fields:
                words = self.tr("The model's own: {range}").format(range=_range(low, high))
                self.fields[category].show_own(words, round((low + high) / 2, 2))

    def values(self) -> dict[str, Any]:
        """Return what stands here."""
        thresholds = {category: field.threshold for category, field in self.fields.items()}
        return {
            "device": self.device.choice,
            "recogniser_threads": self.threads.value(),
            "thresholds": {c: value for c, value in thresholds.items() if value is not None},
            "tag_thresholds": self.tags.thresholds,
        }

    def _add_threads(self) -> None:
        self.add_head(self.tr("Speed"))
        self.add_row(self.tr("Models run on"), self.device)
        self.add_help(
            self.tr(
                "A graphics card is used once it says what the CPU says, and is faster. If it "
                "makes trouble, choose the CPU."
            )
        )
        self.add_row(self.tr("Threads"), self.threads)
        self.add_help(
            self.tr("Fewer threads leave more of the computer to others while pictures are read.")
        )

    def _device_words(self, device: str) -> str:
        words = {AUTOMATIC: self.tr("What is fastest"), CPU: self.tr("The CPU only")}
        return words.get(device) or device_name(device)

    def _add_thresholds(self) -> None:
        self.add_head(self.tr("Thresholds"))
        self.add_help(
            self.tr(
                "The score, from 0.05 to 1, from which on a model's tag counts. Higher means fewer "
                "wrong tags, lower fewer that are left out. What you said yourself stays."
            )
        )
        for category, field in self.fields.items():
            self.add_row(category_name(category), field)
        self.add_head(self.tr("Tags with a threshold of their own"))
        self.column.addWidget(self.tags)


def _range(low: float, high: float) -> str:
    first, last = (locale().toString(value, "f", 2) for value in (low, high))
    return first if high - low < _SAME else f"{first} – {last}"  # noqa: RUF001 - from, to
