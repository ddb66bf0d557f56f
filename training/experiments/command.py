"""``python -m training experiments``: run studies, gather their records, render their tables."""

import argparse
import math
import signal
import time
from pathlib import Path

NAME = "experiments"
HELP = "run the studies of training/RESULTS.md, go on with them, and render their tables"
RESULTS = Path("training/results")
TABLE = Path("training/RESULTS.md")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    run_ = actions.add_parser("run", help="run the cells of studies that have not run yet")
    run_.add_argument("study", nargs="+", help="names of studies, or all")
    run_.add_argument("--data", type=Path, required=True, help="folder with free/ and evaluation/")
    run_.add_argument("--out", type=Path, required=True, help="folder of runs and records")
    run_.add_argument("--only", nargs="*", default=[], help="cells whose names contain this")
    run_.add_argument("--seeds", nargs="*", type=int, default=[], help="these seeds only")
    run_.add_argument("--time-limit", type=float, default=math.inf, metavar="SECONDS")
    gather_ = actions.add_parser("gather", help="copy finished records into the repository")
    gather_.add_argument("--out", type=Path, required=True, help="folder of runs and records")
    gather_.add_argument("--results", type=Path, default=RESULTS, help="folder of STUDY.jsonl")
    table = actions.add_parser("table", help="render the tables from the gathered records")
    table.add_argument("--results", type=Path, default=RESULTS, help="folder of STUDY.jsonl")
    table.add_argument("--target", type=Path, default=TABLE, help="the file to write")
    for action in (run_, gather_, table):
        action.add_argument("--json", action="store_true", help="one JSON object per line")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return {"run": _run, "gather": _gather, "table": _table}[args.action](args)


def _run(args: argparse.Namespace) -> int:
    from training.experiments.order import left, run_turns, turns, until
    from training.experiments.running import Place
    from training.experiments.study import load_study, study_names
    from training.progress import Progress

    names = study_names() if args.study == ["all"] else args.study
    place = Place(args.data.resolve(), args.out.resolve())
    wanted = list(turns([load_study(name) for name in names], args.only, args.seeds))
    progress = Progress(as_json=args.json)
    asked = _asked_to_stop()
    stop = until(time.monotonic() + args.time_limit, lambda: bool(asked))
    missing = left(wanted, place)
    progress.report("cells", of=len(wanted), left=len(missing))
    run_turns(missing, place, stop, progress)
    return 0


def _asked_to_stop() -> list[int]:
    """Return a list that fills when SIGTERM or Ctrl+C comes; trainings then end in order."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: asked.append(received))
    return asked


def _gather(args: argparse.Namespace) -> int:
    from training.experiments.result import found_results, gather, read_gathered
    from training.experiments.study import load_study, study_names
    from training.experiments.table import of_study
    from training.progress import Progress

    known = [*read_gathered(args.results), *found_results(args.out)]
    kept = [r for name in study_names() for r in of_study(load_study(name), known)]
    count = gather(kept, args.results)
    Progress(as_json=args.json).report("gathered", records=count, path=str(args.results))
    return 0


def _table(args: argparse.Namespace) -> int:
    from training.experiments.result import read_gathered
    from training.experiments.study import load_study, study_names
    from training.experiments.table import render
    from training.progress import Progress

    results = read_gathered(args.results)
    studies = [load_study(name) for name in study_names()]
    args.target.write_text(render(studies, results), "utf-8")
    Progress(as_json=args.json).report("written", path=str(args.target), records=len(results))
    return 0
