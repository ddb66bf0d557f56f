"""Paths of configs, which may begin with an environment variable or with ~."""

import os
from pathlib import Path

from anitag_desktop.domain.error import AnitagError


def expanded(text: str, what: str) -> Path:
    """Return the path that a config means; ``what`` it is of is said in the error.

    Raises:
        AnitagError: ``bad_config`` when it names a variable that is not set.
    """
    path = os.path.expandvars(text)
    if path.startswith("$"):
        variable = path.split("/")[0].strip("${}")
        reason = f"the environment variable {variable} is not set, which names the folder of {what}"
        raise AnitagError("bad_config", path=text, reason=reason)
    return Path(path).expanduser()
