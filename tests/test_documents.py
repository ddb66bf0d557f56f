"""The documents: their links lead somewhere, their pictures can be shown."""

import re
from pathlib import Path

import pytest
from PIL import Image

from anitag_desktop.cli.program import COMMANDS

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "training/README.md"),
    *("docs/models.md", "docs/gpu.md", "docs/speed.md", "docs/danbooru.md", "docs/datasets.md"),
)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_the_documents_lead_somewhere(document):
    path = ROOT / document
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        target, _, heading = link.partition("#")
        if target.startswith("http"):
            continue
        file = (path.parent / target) if target else path
        assert file.exists(), link
        if heading:
            names = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {_anchor(name) for name in names}, link


def _anchor(name: str) -> str:
    return re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-")


def test_the_picture_of_the_window_is_whole_and_light():
    text = (ROOT / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"!\[[^]]+\]\((resources/screenshots/[^)]+)\)", text)
    with Image.open(ROOT / shown) as picture:
        assert picture.size == (1440, 900)
    assert (ROOT / shown).stat().st_size < 300_000
    assert [path.name for path in (ROOT / "resources" / "screenshots").iterdir()] == [
        Path(shown).name
    ]


def test_every_command_is_named_on_the_first_page():
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.split("## The command line")[1].split("\n## ")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"anitag ([\w |]+)", section))))
    assert {command.NAME for command in COMMANDS} <= named


def test_every_part_of_training_is_named_where_it_lies():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("## What lies in `training`")[1]
    named = set(re.findall(r"`(\w+)/?`", text.split("\n## ")[0]))
    parts = {
        path.stem
        for path in (ROOT / "training").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {part for part in parts if not part.startswith("_")} <= named


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_that_it_names_exist(document):
    text = (ROOT / document).read_text("utf-8")
    named = set(re.findall(r"(?:^    |`)anitag ([a-z]+)", text, re.MULTILINE))
    assert named <= {command.NAME for command in COMMANDS}
