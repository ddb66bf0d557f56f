"""``training retrain``: a job that the app wrote, from its pictures to a new model's package."""

import argparse
import sys
from pathlib import Path

NAME = "retrain"
HELP = "train a new model by a job folder of the app; started again, it goes on where it stopped"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("job", type=Path, metavar="JOB", help="the folder with job.json")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what time, memory and disk it would take"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument(
        "--end-with-input",
        action="store_true",
        help="end at once when standard input does: who started this is gone",
    )


def run(args: argparse.Namespace) -> int:
    """Train to the end, or until it is asked to stop."""
    if args.end_with_input:
        from training.retraining.starter import end_with

        end_with(sys.stdin.fileno())
    from training.progress import Progress
    from training.retraining.job import Job
    from training.retraining.running import Stopped, estimate_job, run_job

    progress, job = Progress(as_json=args.json), Job.read(args.job)
    if args.dry_run:
        found = estimate_job(job, progress)
        progress.report(
            "estimate",
            steps=found.steps,
            seconds=round(found.seconds, 1),
            memory=found.memory,
            disk=found.disk,
        )
        return 0
    try:
        run_job(job, progress)
    except Stopped:
        return 1
    return 0
