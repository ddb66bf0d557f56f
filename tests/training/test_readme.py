"""The README is true: its presets, commands and the tests that it names exist."""

import json
import re
import shlex
from pathlib import Path

import pytest

from training.__main__ import build_parser
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
            folder = TESTS.parents[1] if file.startswith("tests/") else TESTS
            source = (folder / file).read_text("utf-8")
            assert f"def {test}" in source, (file, test)
        assert any(path for path, _ in names) or "*not there*" in row


def test_every_preset_and_command_is_named():
    for path in CONFIGS.glob("*.toml"):
        name = re.sub("^onepiece-.*", "onepiece-", path.stem)
        assert name in TEXT
    for command in find_commands():
        assert re.search(rf"python -m training {command.NAME}\b", TEXT), command.NAME


LINE = re.compile(
    r"^    (?:\S+ -m |torchrun .*?-m )training (\w.*?)(?:   +.*|\s+#.*)?$", re.MULTILINE
)


def lines_of_notebooks():
    for path in (ROOT / "training" / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        yield from LINE.findall(text)


@pytest.mark.parametrize("line", [*LINE.findall(TEXT), *lines_of_notebooks()])
def test_every_line_is_one_that_the_program_takes(line):
    words = shlex.split(line.replace("...", "").replace("[", "").replace("]", ""))
    args = build_parser(find_commands()).parse_args(words)
    config = getattr(args, "config", "CONFIG")
    assert config == "CONFIG" or (CONFIGS / f"{config}.toml").exists()


def test_presets_that_it_names_exist():
    rows = TEXT.split("## Presets")[1].split("\n## ")[0]
    for name in re.findall(r"^\| (`.+?) \|", rows, re.MULTILINE):
        for preset in re.findall(r"`([\w{},-]+)`", name):
            head, *choices = re.split(r"\{([^}]+)\}", preset)
            stems = [head]
            for place, part in enumerate(choices):
                ends = part.split(",") if place % 2 == 0 else [part]
                stems = [stem + end for stem in stems for end in ends]
            assert all((CONFIGS / f"{stem}.toml").exists() for stem in stems), preset
