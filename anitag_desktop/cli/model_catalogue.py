"""``anitag models list --available`` and ``anitag models install``: the catalogue of models."""

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE
from anitag_desktop.cli.printing import print_json, print_table, say
from anitag_desktop.cli.progress import ProgressLine

if TYPE_CHECKING:
    from anitag_desktop.services.installing import Installable, Installation
    from anitag_desktop.services.library import Library

_MEGA = 1e6
_SURROUNDINGS = ("HF_ENDPOINT", "HF_TOKEN", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
_IF_SET = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def add_install_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of ``install``.

    A window may do the work: it is told what the asking process has in its environment.
    """
    parser.add_argument("model", metavar="ID", help="as `anitag models list --available` names it")
    parser.add_argument(
        "--accept-licence", action="store_true", help="accept the terms that the model comes under"
    )
    parser.add_argument(
        "--mirror",
        metavar="URL",
        action="append",
        default=[],
        help="ask this hub first (may be given again); HF_ENDPOINT and HF_TOKEN are honoured, too",
    )
    given = {name: os.environ.get(name, "") for name in _SURROUNDINGS}
    given |= {name: os.environ[name] for name in _IF_SET if name in os.environ}
    parser.set_defaults(environment=given)


def install(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Download a model, saying how far it is."""
    if not args.json:
        model = library.installing.find(args.model)
        say(err, f"{model.title}: {model.licence} on {model.seen}, see {model.page}")
    with ProgressLine(err) as line:
        done = library.installing.install(
            args.model,
            accept_licence=args.accept_licence,
            mirrors=args.mirror,
            environment=args.environment,
            on_progress=lambda here, total: line.show(_amount(here, total)),
        )
    if args.json:
        print_json(out, _installed(done))
    else:
        for words in _words(done):
            say(out, words)
    return DONE


def list_available(library: "Library", args: Namespace, out: TextIO, err: TextIO) -> int:
    """Print what can be downloaded."""
    found = library.installing.available()
    if args.json:
        for one in found:
            print_json(out, _record(one))
        return DONE
    header = ("state", "model", "kind", "title", "MB", "licence", "pictures to", "figures")
    print_table(out, [_row(one) for one in found], header)
    say(err, "Figures of different sets do not compare. Install one with: anitag models install ID")
    return DONE


def _amount(here: int, total: int) -> str:
    return f"{here / _MEGA:,.1f} of {total / _MEGA:,.1f} MB" if total else "asking the hub"


def _row(one: "Installable") -> tuple[object, ...]:
    model = one.model
    figures = "; ".join(f"{m.name} {m.value:g} ({m.set})" for m in model.metrics)
    size = model.megabytes or "?"
    about = (model.id, model.kind, model.title, size, model.licence, model.cutoff)
    return (_state(one), *about, figures)


def _state(one: "Installable") -> str:
    if one.is_installed:
        return "installed"
    if one.bytes_here:
        return "begun"
    return "" if one.was_run else "not yet run"


def _record(one: "Installable") -> dict[str, object]:
    model = one.model
    return {
        "id": model.id,
        "title": model.title,
        "summary": model.summary,
        "kind": model.kind,
        "family": model.family,
        "megabytes": model.megabytes or None,
        "licence": model.licence,
        "terms": model.terms,
        "accepted": one.is_accepted,
        "page": model.page,
        "gated": model.is_gated,
        "cutoff": model.cutoff or None,
        "labels": model.labels or None,
        "metrics": [{"name": m.name, "value": m.value, "set": m.set} for m in model.metrics],
        "revision": model.revision or None,
        "pinned": one.is_pinned,
        "installed": one.is_installed,
        "bytes_here": one.bytes_here,
        "run_on_real_weights": one.was_run,
        "facts_of": model.seen,
    }


def _installed(done: "Installation") -> dict[str, object]:
    from anitag_desktop.cli.models import record_of

    pinned = {"pinned_before": done.was_pinned_before, "as_listed": done.is_as_listed}
    return {**record_of(done.view), **pinned}


def _words(done: "Installation") -> list[str]:
    view = done.view
    use = f"; use it with: anitag models use {view.id}" if view.kind == "tagger" else ""
    words = [f"installed {view.id}, revision {done.revision[:12]}, after every check{use}"]
    if not done.was_pinned_before:
        words.append(
            "Its hashes were not known to anitag: it was held to what the hub stated and to its "
            "structure. From now on it has to be the same."
        )
    if not done.is_as_listed:
        words.append("The hub has a newer revision than the one that the figures are of.")
    return words
