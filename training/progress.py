"""How a command tells what it does: lines for people, or one JSON object per line for programs."""

import json
import sys
import time
from typing import Any, TextIO


class Progress:
    """Reports events on a stream: as JSON lines (``--json``) or as plain words.

    JSON goes to stdout, so that a program may read it; words go to stderr, and below them, on a
    terminal, a bar.
    """

    def __init__(self, *, as_json: bool, stream: TextIO | None = None) -> None:
        self._as_json = as_json
        self._stream = stream or (sys.stdout if as_json else sys.stderr)
        self._started = time.monotonic()
        self._bar: Any = None

    def report(self, event: str, **values: object) -> None:
        """Write one event with its plain values (numbers, strings, lists of them)."""
        if self._as_json:
            line = json.dumps({"event": event, **values}, ensure_ascii=False)
        else:
            words = "  ".join(f"{name} {_plain(value)}" for name, value in values.items())
            line = f"[{time.monotonic() - self._started:7.1f} s] {event}: {words}"
        if self._bar is not None:
            self._bar.clear()
        print(line, file=self._stream, flush=True)
        if self._bar is not None:
            self._bar.refresh()

    def advance(self, what: str, done: int, of: int) -> None:
        """Show on a bar how far something is; only a person at a terminal sees it."""
        if self._as_json or not self._stream.isatty():
            return
        if self._bar is None or self._bar.desc.rstrip(": ") != what:
            self.end_bar()
            self._bar = _bar(what, done, of, self._stream)
        self._bar.update(done - self._bar.n)
        if done >= of:
            self.end_bar()

    def end_bar(self) -> None:
        """Leave the bar as it is and go on below it."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _bar(what: str, done: int, of: int, stream: TextIO) -> Any:
    from tqdm import tqdm

    # Its monitor is a thread that would outlive the bar; steps come often enough without it.
    tqdm.monitor_interval = 0
    return tqdm(total=of, initial=done, desc=what, file=stream, dynamic_ncols=True)


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
