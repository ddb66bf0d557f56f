"""What a result was made with: kind of machine, versions, state of the code."""

import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def machine_kind() -> str:
    """Return the kind of machine in words, without its name."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPU cores, 1 thread"


def code_version() -> str:
    """Return the commit of this code, with a plus where ``training`` is not as in it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", "training")
    return f"{commit or 'unknown'}{'+' if changed else ''}"


def versions() -> dict[str, str]:
    """Return the versions of what computes."""
    import timm
    import torch

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": timm.__version__,
    }


def _git(*words: str) -> str:
    command = ["git", "-C", str(ROOT), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
