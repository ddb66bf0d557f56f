"""Drives that are plugged in and out."""

import os
import shutil
import subprocess

import pytest


class mounted:  # noqa: N801 - reads as a statement
    """A small drive of its own at a folder; the test is skipped where that is not permitted."""

    def __init__(self, place):
        self.place = str(place)

    def __enter__(self):
        if os.getuid() or not shutil.which("mount"):
            pytest.skip("mounting is not permitted here")
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.place]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("mounting is not permitted here")

    def __exit__(self, *failure):
        subprocess.run(["umount", self.place], check=True)
