"""The walk of "Anime or Cartoon?" as one: from lists of addresses to what a new picture is."""

import csv
import io
import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.fake_hub import FakeHub, answering  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.notebooks.toys import portrait  # noqa: E402

pytestmark = pytest.mark.training

STYLES = {"anime": "cel", "cartoon": "greyscale"}
EACH = 40
MISPLACED = "stray.png"

CONFIG = """
extends = "fastai-resnet34"

[run]
name = "toy"
batch = 16
workers = 0

[network]
backbone = "vit_tiny_patch16_224"
head = "linear"
depth = 3
width = 48
heads = 3
dropout = 0.0
pretrained = false
mean_std = "half"
size = 64

[[phases]]
name = "everything"
epochs = 8.0

[phases.optimiser]
rate = 0.003
schedule = "one_cycle"
warm_up = 0
average = 0.0

[[phases]]
name = "fine-tune"
epochs = 1.0
revert = true

[phases.optimiser]
rate = 0.0001
rate_low = 0.000001
schedule = "one_cycle"
warm_up = 0
average = 0.0
"""


def png(kind: str, number: int) -> bytes:
    held = io.BytesIO()
    portrait(number // 2, number, STYLES[kind])[0].save(held, "PNG")
    return held.getvalue()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a list of addresses for each class, of which some lead nowhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PICTURES", str(tmp_path / "pictures"))
    (tmp_path / "toy.toml").write_text(CONFIG)
    with FakeHub() as site:
        for kind in STYLES:
            names = [f"{kind}-{number}.png" for number in range(EACH)]
            for number, name in enumerate(names):
                site.misbehave(f"/{name}", answering(200, png(kind, number)))
            site.misbehave(f"/{kind}-page", answering(200, b"<html>not a picture</html>"))
            if kind == "anime":
                site.misbehave(f"/{MISPLACED}", answering(200, png("cartoon", 151)))
                names.append(MISPLACED)
            lines = [f"{site.url}/{name}" for name in (*names, f"{kind}-page", "gone.jpg")]
            (tmp_path / f"urls_{kind}.csv").write_text("\n".join(lines) + "\n")
        yield tmp_path


def collect(kind: str) -> None:
    given = ["--to", "pictures", "--class", kind, "--most", "1000", "--pause", "0"]
    reach = ["--also-reach", "127.0.0.1", "--workers", "2"]
    assert main(["collect", "urls", f"urls_{kind}.csv", *given, *reach]) == 0


def outcomes() -> dict[str, dict]:
    text = Path("pictures/outcomes.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    return {row["url"].rpartition("/")[2]: row for row in rows}


def table(capsys, run: str) -> list[list[str]]:
    capsys.readouterr()
    assert main(["table", run]) == 0
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_addresses_become_pictures_a_network_and_an_answer(place, capsys):
    for kind in STYLES:
        collect(kind)
    rows = outcomes()
    assert rows["cartoon-page"]["outcome"] == "not_a_picture"
    assert rows["gone.jpg"]["outcome"] == "status"
    assert len(list((place / "pictures/cartoon").glob("*.png"))) == EACH

    assert main(["lr-find", "toy.toml", "--steps", "12", "--run", "rates"]) == 0
    assert main(["show-batch", "toy.toml", "--most", "9", "--run", "batch"]) == 0
    assert (place / "rates/rates.png").exists()
    assert (place / "batch/batch.png").exists()

    assert main(["train", "toy.toml", "--run", "runs/first"]) == 0
    told = table(capsys, "runs/first")
    assert told[1] == ["epoch", "train_loss", "valid_loss", "error_rate", "time"]
    assert main(["top-losses", "runs/first", "--part", "train", "--most", "9"]) == 0

    misplaced = place / "pictures" / rows[MISPLACED]["file"]
    assert main(["clean", "pictures", "--drop", str(misplaced)]) == 0
    kept = csv.DictReader((place / "pictures/cleaned.csv").read_text("utf-8").splitlines())
    assert misplaced.name not in {row["name"].rpartition("/")[2] for row in kept}
    again = ["--run", "runs/cleaned", "--set", "network.checkpoint=runs/first"]
    assert main(["train", "toy.toml", *again]) == 0

    for kind in STYLES:
        (place / f"new-{kind}.png").write_bytes(png(kind, 199))
    capsys.readouterr()
    assert main(["predict", "runs/cleaned", *(f"new-{kind}.png" for kind in STYLES)]) == 0
    answers = [json.loads(line)["class"] for line in capsys.readouterr().out.splitlines()]
    assert answers == list(STYLES)
