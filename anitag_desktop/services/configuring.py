"""Configuring: what the user sets for a library. Each change is one action that undo takes back.

Whoever goes by a setting hears of its change from the library and follows at once: looking
through folders, the recogniser, the tags of pictures.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.merging import AGREEMENT, HIGHEST
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.services.correcting import ActionView, view_of
from anitag_desktop.services.device_finding import devices_here, expect_here
from anitag_desktop.settings import Settings, check
from anitag_desktop.storage import actions, settings, tags
from anitag_desktop.watching.rules import folder_pattern

if TYPE_CHECKING:
    from anitag_desktop.services.modelling import Models
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store

_WORDS = {
    "excludes": "what is left out",
    "follow_links": "whether links are followed",
    "scan_interval": "how often folders are looked at",
    "recogniser_threads": "the recogniser's threads",
    "device": "what models run on",
    "thresholds": "thresholds",
    "tag_thresholds": "thresholds of tags",
    "merging": "whose word counts",
    "most_tags": "how many tags there may be",
    "mcut": "where pictures have thresholds of their own",
    "drop_broader": "whether broader tags are left out",
    "learn_by_itself": "whether the window learns by itself",
    "import_trust": "how much imported labels teach",
}

K = TypeVar("K")
V = TypeVar("V")
Edit = Callable[["Connection", Settings], Settings]


class Configuration:
    """Reads and changes settings; may be called from any thread.

    What is so already is accepted and does nothing: the ``id`` of the action is None then.
    """

    def __init__(self, store: "Store", modelling: "Models") -> None:
        self._store = store
        self._modelling = modelling

    def settings(self) -> Settings:
        """Return what is set now."""
        with self._store.library.read() as conn:
            return settings.load(conn)

    def devices(self) -> tuple[str, ...]:
        """Return what models can be set to run on here."""
        return devices_here()

    def change(self, **values: Any) -> ActionView:
        """Set some fields of ``Settings`` to other values.

        Raises:
            AnitagError: ``bad_value``, or ``unknown_tag`` for a tag that had no threshold before;
                nothing was changed.
            TypeError: there is no such field.
        """
        if "device" in values:
            expect_here(str(values["device"]))
        label = f"Set {' and '.join(_WORDS.get(name, name) for name in values) or 'nothing'}"
        return self._perform(label, lambda _conn, now: replace(now, **values))

    def reset(self, *names: str) -> ActionView:
        """Set some fields of ``Settings`` to their defaults.

        Raises:
            TypeError: there is no such field.
        """
        default = Settings()
        return self.change(**{name: getattr(default, name) for name in names})

    def set_threshold(self, category: TagCategory, threshold: float | None) -> ActionView:
        """Let predictions of a category count from this score on; None: as the model says.

        Raises:
            AnitagError: ``bad_value``.
        """

        def edit(_conn: "Connection", now: Settings) -> Settings:
            return replace(now, thresholds=_with(now.thresholds, category, threshold))

        return self._perform(_threshold_label(category.value, threshold), edit)

    def set_tag_threshold(self, name: str, threshold: float | None) -> ActionView:
        """Let predictions of one tag count from this score on; None: as for its category.

        Raises:
            AnitagError: ``unknown_tag`` or ``bad_value``.
        """

        def edit(conn: "Connection", now: Settings) -> Settings:
            normal = normalize_tag_name(name)
            known = normal if normal in now.tag_thresholds else _known_name(conn, name)
            return replace(now, tag_thresholds=_with(now.tag_thresholds, known, threshold))

        return self._perform(_threshold_label(name, threshold), edit)

    def set_merging(self, category: TagCategory, rule: str | None) -> ActionView:
        """Say whose word counts in a category: see ``domain.merging``; None: the highest score.

        Raises:
            AnitagError: ``bad_value``, with what there is to choose from.
        """
        if rule not in (None, HIGHEST, AGREEMENT):
            rule = self._known_model(rule)

        def edit(_conn: "Connection", now: Settings) -> Settings:
            return replace(now, merging=_with(now.merging, category, rule))

        label = f"Let {rule or HIGHEST} count among models for {category.value}"
        return self._perform(label, edit)

    def set_most_tags(self, category: TagCategory, most: int | None) -> ActionView:
        """Let models give a picture so many tags of a category at most; None: any number.

        Raises:
            AnitagError: ``bad_value``.
        """

        def edit(_conn: "Connection", now: Settings) -> Settings:
            return replace(now, most_tags=_with(now.most_tags, category, most))

        words = "any number of" if most is None else f"at most {most}"
        return self._perform(f"Let models give {words} tags of {category.value}", edit)

    def set_mcut(self, category: TagCategory, is_on: bool) -> ActionView:
        """Let each picture have a threshold of its own in a category: see ``domain.mcut``.

        Raises:
            AnitagError: ``bad_value``.
        """

        def edit(_conn: "Connection", now: Settings) -> Settings:
            others = tuple(one for one in now.mcut if one is not category)
            return replace(now, mcut=(*others, category) if is_on else others)

        whose = "each picture's scores" if is_on else "one threshold"
        return self._perform(f"Let {whose} decide about {category.value}", edit)

    def leave_out(self, folder: str) -> ActionView:
        """Leave out one folder with all below it, given by its whole path."""
        path = os.fsencode(folder)
        pattern = folder_pattern(path)

        def edit(_conn: "Connection", now: Settings) -> Settings:
            return replace(now, excludes=(*now.excludes, pattern))

        return self._perform(f"Leave out {path.decode('utf-8', 'replace')}", edit)

    def own_thresholds(self) -> dict[TagCategory, tuple[float, float]]:
        """Return the lowest and the highest threshold that the active models have by category."""
        found: dict[TagCategory, list[float]] = {}
        for package in self._modelling.active():
            for label in package.labels:
                if label.category is not TagCategory.RATING:
                    own = package.thresholds.of(label.name, label.category)
                    found.setdefault(label.category, []).append(own)
        return {category: (min(own), max(own)) for category, own in found.items()}

    def _known_model(self, name: str) -> str:
        try:
            return self._modelling.package(name).key.model_id
        except AnitagError as error:
            if error.code != "no_such_model":
                raise
        taggers = [model.id for model in self._modelling.installed() if model.kind == "tagger"]
        choices = ", ".join((HIGHEST, AGREEMENT, *taggers))
        raise AnitagError("bad_value", reason=f"There is no model {name}. What counts is {choices}")

    def _perform(self, label: str, edit: Edit) -> ActionView:
        def step(conn: "Connection") -> actions.ActionRow | None:
            now = settings.load(conn)
            wanted = check(edit(conn, now))
            wanted = replace(wanted, tag_thresholds=_known(conn, now, wanted))
            return actions.perform(conn, label, settings.commands_for(conn, wanted))

        return view_of(self._store.library.write(step), label)


def _known(conn: "Connection", now: Settings, wanted: Settings) -> dict[str, float]:
    """Return the wanted thresholds of tags by the tags' names; new ones must be of known tags."""
    return {
        name if name in now.tag_thresholds else _known_name(conn, name): threshold
        for name, threshold in wanted.tag_thresholds.items()
    }


def _known_name(conn: "Connection", name: str) -> str:
    row = tags.by_name(conn, name)
    if row is None:
        raise AnitagError("unknown_tag", name=name)
    if row.tag.category is TagCategory.RATING:
        raise AnitagError("bad_value", reason="Of ratings the one with the highest score counts")
    return row.tag.name


def _with(values: Mapping[K, V], key: K, value: V | None) -> dict[K, V]:
    """Return the values with another one under ``key``; None takes it away."""
    others = {known: one for known, one in values.items() if known != key}
    return others if value is None else others | {key: value}


def _threshold_label(what: str, threshold: float | None) -> str:
    if threshold is None:
        return f"Let the model say from which score {what} counts"
    return f"Let {what} count from {threshold:g}"
