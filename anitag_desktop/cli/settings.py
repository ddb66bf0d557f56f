"""``anitag settings``: show what is set, set it otherwise, or go back to the defaults."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from anitag_desktop.cli.actions import action_record
from anitag_desktop.cli.command import (
    DONE,
    Subcommand,
    add_subcommands,
    no_arguments,
    run_subcommand,
)
from anitag_desktop.cli.printing import print_json, print_table, say
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.tag import TagCategory
    from anitag_desktop.services.configuring import Configuration
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

NAME = "settings"
HELP = "show and change what is set: what is left out, thresholds, trust, threads"
WRITES = False

_CATEGORY = "threshold."
_TAG = "threshold.tag."
_MERGING = "merging."
_MOST = "most."
_MCUT = "mcut."
_FOR_LOOKING = ("excludes", "follow_links")
_FOR_LEARNING = ("import_trust",)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the sub-commands."""
    add_subcommands(parser, _COMMANDS, default="list")


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Run the sub-command."""
    return run_subcommand(_COMMANDS, library, args, out, err)


@dataclass(frozen=True, slots=True)
class _Line:
    """A setting as it is listed; ``value`` None: nobody set it, and there is no one default."""

    name: str
    value: Any
    default: Any
    words: str = ""


def _list(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    lines = list(_lines(library.configuring))
    if args.json:
        for line in lines:
            print_json(out, {"name": line.name, "value": line.value, "default": line.default})
        return DONE
    rows = [(line.name, _text(line.value), line.words or _text(line.default)) for line in lines]
    print_table(out, rows, ("name", "value", "default"))
    return DONE


def _lines(configuring: "Configuration") -> Iterator[_Line]:
    from anitag_desktop.domain.merging import HIGHEST
    from anitag_desktop.domain.tag import TagCategory
    from anitag_desktop.settings import Settings

    now, default = configuring.settings(), Settings()
    for name in _READERS:
        yield _Line(name, _plain(getattr(now, name)), _plain(getattr(default, name)))
    own = configuring.own_thresholds()
    for category in TagCategory:
        if category is not TagCategory.RATING:
            words = _range(*own[category]) if category in own else ""
            yield _Line(_CATEGORY + category.value, now.thresholds.get(category), None, words)
    for category in TagCategory:
        yield _Line(_MERGING + category.value, now.merging.get(category, HIGHEST), HIGHEST)
        if category is not TagCategory.RATING:
            yield _Line(_MOST + category.value, now.most_tags.get(category), None)
            yield _Line(_MCUT + category.value, category in now.mcut, False)
    for tag, threshold in sorted(now.tag_thresholds.items()):
        yield _Line(_TAG + tag, threshold, None)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value) or "(nothing)"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    return "-" if value is None else f"{value:g}"


def _range(low: float, high: float) -> str:
    return f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}, by model and tag"


def _set_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `anitag settings` lists it")
    parser.add_argument(
        "values",
        metavar="VALUE",
        nargs="*",
        help="excludes takes any number, in place of those set",
    )


def _set(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    action = _change(library.configuring, args.name, args.values)
    _say(action, args, out)
    if args.name == "excludes" and action.id is not None and not args.json:
        _tell_dropped(library.configuring.settings().excludes, out)
    return DONE


def _tell_dropped(excludes: Sequence[str], out: TextIO) -> None:
    """Say which patterns of the defaults are not among those set now."""
    from anitag_desktop.settings import DEFAULT_EXCLUDES

    dropped = " ".join(pattern for pattern in DEFAULT_EXCLUDES if pattern not in excludes)
    if dropped:
        say(out, f"no longer left out are the defaults {dropped}; name them, too, to keep them")


def _reset_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="as `anitag settings` lists it")


def _reset(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    _say(_put_back(library.configuring, args.name), args, out)
    return DONE


def _put_back(configuring: "Configuration", name: str) -> "ActionView":
    if name.startswith(_CATEGORY):
        return _set_threshold(configuring, name, None)
    if name.startswith(_MERGING):
        return configuring.set_merging(_category(name, _MERGING), None)
    if name.startswith(_MOST):
        return configuring.set_most_tags(_category(name, _MOST), None)
    if name.startswith(_MCUT):
        return configuring.set_mcut(_category(name, _MCUT), is_on=False)
    _reader(name)
    return configuring.reset(name)


def _change(configuring: "Configuration", name: str, values: Sequence[str]) -> "ActionView":
    if name.startswith(_CATEGORY):
        return _set_threshold(configuring, name, _number(name, values))
    if name.startswith(_MERGING):
        return configuring.set_merging(_category(name, _MERGING), _one(name, values))
    if name.startswith(_MOST):
        return configuring.set_most_tags(_category(name, _MOST), _whole_number(name, values))
    if name.startswith(_MCUT):
        return configuring.set_mcut(_category(name, _MCUT), _flag(name, values))
    return configuring.change(**{name: _reader(name)(name, values)})


def _set_threshold(
    configuring: "Configuration", name: str, threshold: float | None
) -> "ActionView":
    if name.startswith(_TAG):
        return configuring.set_tag_threshold(name.removeprefix(_TAG), threshold)
    return configuring.set_threshold(_category(name), threshold)


def _category(name: str, prefix: str = _CATEGORY) -> "TagCategory":
    from anitag_desktop.domain.tag import TagCategory

    try:
        return TagCategory(name.removeprefix(prefix))
    except ValueError:
        raise _unknown(name) from None


def _say(action: "ActionView", args: Namespace, out: TextIO) -> None:
    if args.json:
        print_json(out, action_record(action))
    elif action.id is None:
        say(out, "it is so already")
    else:
        say(out, f"{action.label}; take it back with: anitag undo")
        if args.name in _FOR_LOOKING:
            say(out, "it holds from the next look on: anitag tag (a window looks at once)")
        if args.name in _FOR_LEARNING:
            say(out, "it holds when anything is learnt the next time: anitag retrain --quick")


Reader = Callable[[str, Sequence[str]], Any]
"""Reads the words given for a setting of some name, or raises ``bad_value``."""


def _reader(name: str) -> Reader:
    if name not in _READERS:
        raise _unknown(name)
    return _READERS[name]


def _unknown(name: str) -> AnitagError:
    known = ", ".join(
        (
            *_READERS,
            f"{_CATEGORY}CATEGORY",
            f"{_TAG}NAME",
            f"{_MERGING}CATEGORY",
            f"{_MOST}CATEGORY",
            f"{_MCUT}CATEGORY",
        )
    )
    return AnitagError("bad_value", reason=f"There is no setting {name}. There are {known}")


def _words(_name: str, values: Sequence[str]) -> list[str]:
    return list(values)


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) != 1:
        raise AnitagError("bad_value", reason=f"{name} takes one value")
    return values[0]


def _flag(name: str, values: Sequence[str]) -> bool:
    word = _one(name, values).lower()
    if word not in _FLAGS:
        raise AnitagError("bad_value", reason=f"{name} is on or off")
    return _FLAGS[word]


def _number(name: str, values: Sequence[str]) -> float:
    try:
        return float(_one(name, values))
    except ValueError:
        raise AnitagError("bad_value", reason=f"{name} takes a number") from None


def _whole_number(name: str, values: Sequence[str]) -> int:
    number = _number(name, values)
    if not number.is_integer():
        raise AnitagError("bad_value", reason=f"{name} takes a whole number")
    return int(number)


_FLAGS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}

_READERS: dict[str, Reader] = {
    "excludes": _words,
    "follow_links": _flag,
    "scan_interval": _number,
    "recogniser_threads": _whole_number,
    "device": _one,
    "drop_broader": _flag,
    "learn_by_itself": _flag,
    "import_trust": _number,
}

_COMMANDS = (
    Subcommand("list", "list what is set, and the defaults", False, no_arguments, _list),
    Subcommand(
        "set",
        "set something: `set excludes raw/ '*_old.*'`, `set threshold.character 0.8`, "
        "`set threshold.tag.smile 0.5`, `set merging.character agreement` (or highest, or a model)"
        ", `set most.general 30`, `set mcut.general on`, `set device cpu` (or automatic, or "
        "what is installed, as cuda), `set import_trust 0.2` (how much an imported label teaches "
        "beside one of yours, 0 to 1)",
        True,
        _set_arguments,
        _set,
    ),
    Subcommand("reset", "go back to the default", True, _reset_arguments, _reset),
)
