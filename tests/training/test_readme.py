"""The README is true: its presets, commands and the tests that it names exist."""

import re
from pathlib import Path

from training.config import CONFIGS
from training.discovery import find_commands

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "training" / "README.md").read_text("utf-8")
TESTS = Path(__file__).parent


def test_the_tests_that_it_names_exist():
    rows = [line for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 31))
    for row in rows:
        names = re.findall(r"`(?:([\w/]+\.py))?(?:::(test_\w+)[.*]*)?`", row)
        file = ""
        for path, test in names:
            file = path or file
            source = (TESTS / file).read_text("utf-8")
            assert f"def {test}" in source, (file, test)
        assert any(path for path, _ in names) or "*not there*" in row


def test_every_preset_and_command_is_named():
    for path in CONFIGS.glob("*.toml"):
        name = re.sub("^onepiece-.*", "onepiece-", path.stem)
        assert name in TEXT
    for command in find_commands():
        assert re.search(rf"python -m training {command.NAME}\b", TEXT), command.NAME
