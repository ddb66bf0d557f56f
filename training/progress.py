"""How a command tells what it does: lines for people, or one JSON object per line for programs."""

import json
import sys
import time
from typing import TextIO


class Progress:
    """Reports events on a stream: as JSON lines (``--json``) or as plain words.

    JSON goes to stdout, so that a program may read it; words go to stderr.
    """

    def __init__(self, *, as_json: bool, stream: TextIO | None = None) -> None:
        self._as_json = as_json
        self._stream = stream or (sys.stdout if as_json else sys.stderr)
        self._started = time.monotonic()

    def report(self, event: str, **values: object) -> None:
        """Write one event with its plain values (numbers, strings, lists of them)."""
        if self._as_json:
            line = json.dumps({"event": event, **values}, ensure_ascii=False)
        else:
            words = "  ".join(f"{name} {_plain(value)}" for name, value in values.items())
            line = f"[{time.monotonic() - self._started:7.1f} s] {event}: {words}"
        print(line, file=self._stream, flush=True)


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
