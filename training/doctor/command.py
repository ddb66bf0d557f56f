"""``training doctor``: whether this machine can train, and what to do where it cannot."""

import argparse
import json

NAME = "doctor"
HELP = "look at packages, devices, memory and disk, train two steps, and say what to do"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Print a line for each finding; 1 when something has to be done."""
    from training.doctor.machine import machine
    from training.doctor.packages import packages
    from training.doctor.trial import trials
    from training.run_folder import RUNS

    failed = False
    for part in (packages(), machine(RUNS), trials()):
        for finding in part:
            failed = failed or not finding.ok
            if args.json:
                values = {"name": finding.name, "value": finding.value}
                print(json.dumps({**values, "ok": finding.ok, "advice": finding.advice}))
            else:
                mark = "ok  " if finding.ok else "-->"
                advice = "" if finding.ok else f"  ({finding.advice})"
                print(f"{mark:4} {finding.name:24} {finding.value}{advice}", flush=True)
    return int(failed)
