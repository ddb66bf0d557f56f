"""``anitag doctor``: what works on this machine."""

from argparse import Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli import graphics
from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import print_json, print_table
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

NAME = "doctor"
HELP = "what works on this machine: providers (measured), formats, watch limits, training"
WRITES = False
add_arguments = graphics.add_arguments


def run_alone(paths: LibraryPaths, args: Namespace, out: TextIO, err: TextIO) -> int:
    """Look at the machine and print one row for each thing; the library need not open.

    Or set up its graphics, which is nobody's library.
    """
    if args.setup_gpu or args.remove_gpu:
        return graphics.run(paths, args, out, err)
    from anitag_desktop.services.diagnosing import Diagnosis

    findings = Diagnosis(paths).report()
    if args.json:
        for finding in findings:
            print_json(out, {"name": finding.name, "value": finding.value, "ok": finding.ok})
    else:
        rows = [("ok" if f.ok else "BROKEN", f.name, f.value) for f in findings]
        print_table(out, rows)
    return DONE if all(finding.ok for finding in findings) else PROBLEMS


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Do the same for an open library."""
    return run_alone(library.paths, args, out, err)
