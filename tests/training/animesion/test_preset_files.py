"""Settings files of animesion say what its scripts make of the line that each file names."""

import re
import shlex

import pytest

from training.animesion.arguments import parse, train_parser
from training.animesion.presets import settings_of
from training.config import CONFIGS, load_config

pytest.importorskip("torch")
pytestmark = pytest.mark.training

STUDIED = "animesion-b16-ifa"
NAMES = sorted({path.stem for path in CONFIGS.glob("animesion-*.toml")} - {STUDIED})
LINE = re.compile(r"^# +python train\.py ((?:[^\\\n]|\\\n#)+)", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_a_settings_file_says_what_the_script_makes_of_its_line(name):
    (line,) = LINE.findall((CONFIGS / f"{name}.toml").read_text("utf-8"))
    args = parse(train_parser(), shlex.split(line.replace("\\\n#", " ")))
    made, written = settings_of(args).as_plain(), load_config(name).as_plain()
    for settings in (made, written):
        del settings["run"]["device"]  # of the script: a GPU where there is one
    assert written["run"].pop("name") == name
    del made["run"]["name"]
    assert written == made


def test_what_the_studies_begin_with_differs_in_dropout_and_bookkeeping_only():
    studied, base = load_config(STUDIED).as_plain(), load_config("animesion-vit-b16-ifa").as_plain()
    sections = [name for name, values in base.items() if isinstance(values, dict)]
    differing = {
        f"{section}.{name}"
        for section in sections
        for name, value in base[section].items()
        if studied[section][name] != value
    }
    assert differing == {
        *("network.dropout", "network.block_dropout", "run.name", "run.log_every"),
        *("run.keep_every", "run.also_best"),
        *("datasets.validation", "datasets.test", "datasets.sources"),
    }
    assert (studied["network"]["dropout"], studied["network"]["block_dropout"]) == (0.1, 0.0)
