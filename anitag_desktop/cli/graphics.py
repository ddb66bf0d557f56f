"""``anitag doctor --setup-gpu``: let the models run on the graphics card of this machine."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.recognition.runtime_catalogue import Runtime
    from anitag_desktop.services.accelerating import Acceleration, Graphics
    from anitag_desktop.worker.runtime import InstalledRuntime

_MEGA = 1e6


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what can be done beside looking."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--setup-gpu",
        action="store_true",
        help="install what lets models run on the graphics card of this machine, and try it; "
        "says before what it is and how large",
    )
    group.add_argument(
        "--remove-gpu", action="store_true", help="delete what --setup-gpu has installed"
    )
    parser.add_argument(
        "--yes", action="store_true", help="with --setup-gpu: download without asking"
    )


def run(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Set up the graphics, or undo it.

    Raises:
        AnitagError: why it could not be done.
    """
    from anitag_desktop.services.accelerating import Acceleration, active_models
    from anitag_desktop.services.device_finding import device_of

    acceleration = Acceleration(lambda: active_models(paths))
    if args.remove_gpu:
        return _remove(acceleration, args, out, err)
    done = _set_up(acceleration, args, out, err)
    _tell_device(device_of(paths), err)
    return done


def _tell_device(device: str, err: TextIO) -> None:
    """Say that what was set up has no effect where the settings name another device."""
    from anitag_desktop.domain.device import AUTOMATIC

    if device != AUTOMATIC:
        way = "anitag settings reset device"
        say(
            err, f"by the settings, models run on {device} whatever there is; undo that with: {way}"
        )


def _remove(acceleration: "Acceleration", args: Namespace, out: TextIO, err: TextIO) -> int:
    is_removed = acceleration.remove()
    words = "removed; models run on the CPU" if is_removed else "there was nothing to remove"
    if args.json:
        print_json(out, {"removed": is_removed})
    else:
        say(out, words)
    return DONE


def _set_up(acceleration: "Acceleration", args: Namespace, out: TextIO, err: TextIO) -> int:
    graphics = acceleration.look()
    for words in _words(graphics):
        say(err, words)
    if graphics.offer is None and graphics.installed is None:
        raise AnitagError("no_runtime", reason=graphics.reason)
    if graphics.offer is not None and not _is_wanted(args, err):
        say(err, "Nothing was downloaded. To go on: anitag doctor --setup-gpu --yes")
        return PROBLEMS
    with ProgressLine(err) as line:
        installed = acceleration.set_up(lambda done, total: line.show(_amount(done, total)))
    if args.json:
        print_json(out, _record(graphics, installed))
    else:
        say(out, _outcome(installed))
    return PROBLEMS if installed.reason else DONE


def _words(graphics: "Graphics") -> list[str]:
    """Return what was seen, and what would be done, before anything is."""
    words = [f"graphics: {card}" for card in graphics.cards]
    if graphics.reason:
        words.append(f"not the best that there is: {graphics.reason}" if graphics.offer else "")
    if graphics.offer is not None:
        words.append(_offer(graphics.offer))
    return [one for one in words if one]


def _offer(runtime: "Runtime") -> str:
    packages = ", ".join(map(str, runtime.wheels))
    return (
        f"to be downloaded: {runtime.title}, {runtime.bytes / _MEGA:,.0f} MB ({packages}); "
        "unpacked it takes about half as much again"
    )


def _is_wanted(args: Namespace, err: TextIO) -> bool:
    """Ask where there is somebody to answer."""
    if args.yes or not (sys.stdin is not None and sys.stdin.isatty() and err.isatty()):
        return bool(args.yes)
    err.write("Download and install it? [y/N] ")
    err.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _amount(done: int, total: int) -> str:
    if done >= total:
        return "unpacking, then trying it"
    return f"{done / _MEGA:,.1f} of {total / _MEGA:,.1f} MB"


def _outcome(installed: "InstalledRuntime") -> str:
    if installed.reason:
        return f"{installed.title} is installed and not used: {installed.reason}"
    return f"{installed.title} is installed; models run on {installed.provider} from now on"


def _record(graphics: "Graphics", installed: "InstalledRuntime") -> dict[str, object]:
    return {
        "cards": list(graphics.cards),
        "title": installed.title,
        "packages": installed.packages.split(", "),
        "provider": installed.provider,
        "used": not installed.reason,
        "reason": installed.reason,
    }
