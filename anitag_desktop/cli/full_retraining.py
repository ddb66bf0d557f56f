"""What ``anitag retrain`` does besides ``--quick``: new models, and whether they are used."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import counted, print_json, say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import TrainingMode, TrainingPlan

if TYPE_CHECKING:
    from anitag_desktop.services.equipping import TrainingEnvironment
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.retraining_records import Retraining

_MOST_TOLD = 20


def run(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Do what was asked for."""
    if args.export_job:
        return _export(library, args, out, err)
    if args.import_result:
        return _take_in(library, args, out, err)
    return _ACTIONS[args.mode](library, args, out, err)


def _plan(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    retraining = library.retraining
    mode = _way(args)
    plan = retraining.measure(mode) if args.mode == "measure" else retraining.plan(mode)
    if args.json:
        told = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
        print_json(out, told if plan.is_ready else told | _plain(retraining.environment()))
        return DONE
    for line in plan_lines(plan):
        say(out, line)
    if not plan.is_ready:
        for line in environment_lines(retraining.environment()):
            say(out, line)
    return DONE


def _way(args: Namespace) -> TrainingMode:
    return TrainingMode(args.way or TrainingMode.FULL)


def plan_lines(plan: TrainingPlan) -> list[str]:
    """Return a plan in words."""
    lines = _adapting_lines(plan) if plan.mode is TrainingMode.ADAPT else _learning_lines(plan)
    if plan.seconds is not None and plan.memory is not None:
        minutes = f"{plan.seconds / 60:,.1f} minutes"
        lines.append(f"measured here: {minutes}, {plan.memory / 1e9:,.1f} GB of memory")
    return lines


def _adapting_lines(plan: TrainingPlan) -> list[str]:
    named = f"{plan.held_out:,} of them that show {plan.tags:,} characters whom you named"
    return [
        f"begins with {plan.model}, whose tags stay as they are",
        f"looks at {plan.replayed:,} pictures, and at nothing that is said of them",
        f"compares by {named}",
        f"about {plan.disk / 1e6:,.0f} MB of the disk meanwhile",
    ]


def _learning_lines(plan: TrainingPlan) -> list[str]:
    learnt = f"{plan.taught:,} corrected pictures with {plan.tags:,} tags, and what the model says"
    return [
        f"begins with {plan.model}",
        f"learns from {learnt} of {plan.replayed:,} others",
        f"thresholds by {plan.tuned:,} pictures; {plan.held_out:,} are held out to compare by",
        f"{plan.steps:,} steps; about {plan.disk / 1e6:,.0f} MB of the disk while it trains",
    ]


def environment_lines(found: "TrainingEnvironment") -> list[str]:
    """Return in words what the environment that trains lacks, and what making it takes."""
    lines = [f"the training environment lacks {', '.join(found.missing)} ({found.folder})"]
    if found.outlook is None:
        lines.append("how large it is here nobody measured; it takes some gigabytes")
    else:
        size = f"{found.outlook.installed / 1e9:,.1f} GB"
        packed = f"{found.outlook.download / 1e9:,.1f} GB" if found.outlook.download else "less"
        lines.append(
            f"about {size} of the disk, {packed} to download "
            f"({found.outlook.meanwhile / 1e9:,.1f} GB while it is made; "
            f"{found.free / 1e9:,.1f} GB are free)"
        )
    return [*lines, "make it with: anitag retrain --equip"]


def _plain(found: "TrainingEnvironment") -> dict[str, Any]:
    outlook = found.outlook
    return {
        "environment": str(found.folder),
        "missing": list(found.missing),
        "download": None if outlook is None else outlook.download,
        "installed": None if outlook is None else outlook.installed,
        "free": found.free,
    }


def _came(done: int, total: int) -> str:
    here = f"{done / 1e9:,.2f}"
    return f"{here} of about {total / 1e9:,.1f} GB" if total else f"{here} GB"


def _equip(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    found = library.retraining.environment()
    if not (args.json or found.is_ready):
        for told in environment_lines(found)[:-1]:
            say(err, told)
    with ProgressLine(err) as line:
        made = library.retraining.equip(lambda done, total: line.show(_came(done, total)))
    if args.json:
        print_json(out, _plain(made))
    else:
        say(out, f"the training environment is ready: {made.folder}")
    return DONE


def _train(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    waiting = library.retraining.waiting()
    if waiting is not None and waiting.mode != args.mode:
        raise AnitagError("another_way_waits", mode=waiting.mode, title=waiting.title)
    with ProgressLine(err) as line:
        found = library.retraining.train(TrainingMode(args.mode), lambda event: _tell(line, event))
    return _print_report(found, args, out)


def _take_in(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    with ProgressLine(err) as line:
        folder = Path(args.import_result)
        found = library.retraining.take_in(folder, lambda event: _tell(line, event))
    return _print_report(found, args, out)


def _export(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    with ProgressLine(err) as line:
        folder = Path(args.export_job)
        pictures = library.retraining.export(folder, _way(args), lambda event: _tell(line, event))
    if args.json:
        print_json(out, {"path": args.export_job, "pictures": pictures})
    else:
        say(out, f"wrote {counted(pictures, 'picture')} to {args.export_job}; its README says how")
    return DONE


def _accept(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    view = library.retraining.accept(anyway=args.anyway)
    said = f"{view.title} is in use; pictures are tagged by it from now on"
    code = _done(said, view.id, args, out)
    if not args.json:
        say(out, "tag the library anew: anitag tag")
        say(out, "what you taught is learnt on that when it is done, and counts again")
        _tell_others(library, out)
    return code


def _refuse(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    found = library.retraining.refuse()
    code = _done(f"{found.title} was refused; nothing has changed", found.name, args, out)
    if not args.json:
        _tell_others(library, out)
    return code


def _tell_others(library: "Library", out: TextIO) -> None:
    """Say which model --accept and --refuse are about next, if one is left."""
    if (left := library.retraining.judged()) is not None:
        say(out, f"{left.title} ({left.name}) waits for a decision, too")


def _roll_back(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    views = library.retraining.roll_back()
    titles = ", ".join(view.title for view in views) or "what tagged before"
    named = views[0].id if views else ""
    code = _done(f"{titles} is in use again", named, args, out)
    if not args.json:
        say(out, "what you taught since then counts again once it is learnt: anitag retrain")
    return code


def _cancel(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    if not library.retraining.drop():
        say(err, "no retraining was begun")
        return PROBLEMS
    return _done("the retraining was forgotten", "", args, out)


def _done(text: str, name: str, args: Namespace, out: TextIO) -> int:
    if args.json:
        print_json(out, {"done": args.mode, "model": name})
    else:
        say(out, text)
    return DONE


def _history(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    for one in library.retraining.history():
        if args.json:
            curves = [dict(point) for point in library.retraining.curves(one.name)]
            print_json(out, {**_record(one), "curves": curves})
        else:
            say(out, f"{one.name}  {one.state:10}  {one.title}  {_gain(one.report)}")
    return DONE


def _tell(line: ProgressLine, event: Mapping[str, Any]) -> None:
    match event:
        case {"event": "stage", "name": name}:
            line.show(str(name))
        case {"event": "step", "step": step, "of": of, "loss": float(loss)}:
            line.show(f"step {step:,} of {of:,}, loss {loss:.4f}")
        case {"event": "looked", "done": done, "of": of}:
            line.show(f"looked at {done:,} of {of:,} pictures")
        case {"event": "copied", "done": done, "of": of}:
            line.show(f"copied {done:,} of {of:,} pictures")
        case {"event": "compared", "done": done, "of": of}:
            line.show(f"compared on {done:,} of {of:,} pictures")


def _print_report(found: "Retraining", args: Namespace, out: TextIO) -> int:
    if args.json:
        print_json(out, _record(found))
        return DONE
    for line in report_lines(found.report):
        say(out, line)
    return DONE


def report_lines(report: Mapping[str, Any]) -> list[str]:
    """Return in words what a comparison showed."""
    from anitag_desktop.services.switching import why_not

    lines = [
        f"{report['old']} against {report['new']}, on {report['held_out']:,} held-out pictures"
    ]
    if (shots := report.get("shots") or report.get("vectors")) and shots["characters"]:
        lines.append(f"  characters by 5 pictures each: {_shots(shots)}")
    every = [("all corrections", report["overall"])]
    told = [one for one in report["tags"] if one["difference"] is None or any(one["difference"])]
    every += [(one["name"], one) for one in (*report["categories"], *told[:_MOST_TOLD])]
    lines += [f"  {name}: {_figures(figures)}" for name, figures in every]
    if (kept := report["kept"])["pictures"]:
        of = f"of {kept['pictures']:,} other pictures"
        lines.append(f"elsewhere {kept['share']:.1%} of the tags stay as they were ({of})")
    lines += _beside(report)
    for turn in report["changes"][:_MOST_TOLD]:
        lines.append(f"  {turn['tag']}: on {turn['appeared']:,} more, off {turn['disappeared']:,}")
    for one in report["confusions"][:_MOST_TOLD]:
        taken = f"{one['right']} taken for {one['said']}"
        lines.append(f"  {taken}: before {one['old']:,}, now {one['new']:,}")
    if report["worse"]:
        lines.append("worse: " + ", ".join(report["worse"]))
    lines += [_DRAWBACKS[code] for code in report.get("drawbacks", ()) if code in _DRAWBACKS]
    if report["better"]:
        return [*lines, "it is better; use it with: anitag retrain --accept"]
    return [*lines, f"not better: {why_not(report)}"]


def _beside(report: Mapping[str, Any]) -> list[str]:
    """Return how sure of itself and how fast a model is, as far as that is known."""
    lines = []
    if sure := report.get("calibration"):
        lines.append(
            f"its scores are off by {sure['new']:.1%} (the old one's by {sure['old']:.1%})"
        )
    if took := report.get("latency"):
        lines.append(f"{took['new']:,.1f} ms a picture (the old one {took['old']:,.1f} ms)")
    return lines


def _figures(one: Mapping[str, Any]) -> str:
    if one["difference"] is None:
        return "nothing to compare"
    return f"{_change(one)}, {one['yes']:,} yes and {one['no']:,} no"


def _shots(one: Mapping[str, Any]) -> str:
    if one["difference"] is None:
        return "nothing to compare"
    return f"{_change(one)}, {one['pictures']:,} pictures of {one['characters']:,}"


def _change(one: Mapping[str, Any]) -> str:
    old, new, (gain, low, high) = one["old"][0], one["new"][0], one["difference"]
    return f"{old:.3f} -> {new:.3f} ({gain:+.3f}, surely {low:+.3f} to {high:+.3f})"


def _gain(report: Mapping[str, Any]) -> str:
    if shots := report.get("shots"):
        return _shots(shots)
    return _figures(report["overall"]) if report else ""


def _record(one: "Retraining") -> dict[str, Any]:
    return {
        "name": one.name,
        "mode": one.mode,
        "title": one.title,
        "state": one.state,
        "at": one.at,
        "report": dict(one.report) or None,
    }


_DRAWBACKS = {
    "calibration": "worse: its scores can be believed less than the old one's",
    "latency": "worse: a picture takes clearly longer",
    "vectors": "worse: characters are known less often by a few pictures",
}
_ACTIONS = {
    "plan": _plan,
    "measure": _plan,
    "full": _train,
    "lora": _train,
    "adapt": _train,
    "equip": _equip,
    "accept": _accept,
    "refuse": _refuse,
    "rollback": _roll_back,
    "cancel": _cancel,
    "history": _history,
}
