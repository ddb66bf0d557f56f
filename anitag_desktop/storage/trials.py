"""Trials: which weights passed every check when they were last run, by the sha256 of their file.

``trials.json`` in the cache. It may be lost: the next trial writes it anew.
"""

import json
from pathlib import Path

from anitag_desktop.storage.whole_files import write_private

_NAME = "trials.json"
_LIMIT = 1024 * 1024


def read_trials(cache: Path) -> dict[str, bool]:
    """Return for each sha256 whether its weights passed; what cannot be read was never tried."""
    path = cache / _NAME
    try:
        if path.stat().st_size > _LIMIT:
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(sha256): passed is True for sha256, passed in found.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def write_trial(cache: Path, sha256: str, *, passed: bool) -> None:
    """Remember how a trial ended.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    known = read_trials(cache)
    if known.get(sha256) is not passed:
        write_private(cache / _NAME, json.dumps({**known, sha256: passed}, indent=1))
