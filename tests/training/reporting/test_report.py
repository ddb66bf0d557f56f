"""The report: one page that tells the truth about a run."""

import json
import re

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
pytest.importorskip("timm")
pytest.importorskip("matplotlib.font_manager")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders, write_dafre  # noqa: E402
from tests.helpers.toy_runs import VIT, start_run, toy_config  # noqa: E402
from tests.helpers.toy_sets import toy_values, write_toy_set  # noqa: E402
from training.__main__ import main  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.metrics import ScoreHistogram  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.reporting.activation import activation_maps  # noqa: E402
from training.reporting.answers import answers  # noqa: E402
from training.reporting.history import part_of_loss, points, read_history  # noqa: E402
from training.reporting.verdicts import Calibration, ClassVerdicts, TagVerdicts  # noqa: E402

pytestmark = pytest.mark.training

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    root = write_class_folders(folder / "set", 60)
    (root / "red").rename(root / "x<i>y$z")
    every = {"epochs": 2.0, "steps": 1, "batch": 16, "validate_every": 1.0, "log_every": 1}
    start_run(toy_config(root, "folders", run=every), folder / "run")[0].train()
    return folder / "run"


def test_the_page_shows_the_run_and_reaches_out_to_nothing(run, capsys):
    assert main(["report", str(run), "--json"]) == 0
    (told,) = [e for e in map(json.loads, capsys.readouterr().out.splitlines()) if "path" in e]
    page = (run / "report_test.html").read_text("utf-8")
    assert told["path"] == str(run / "report_test.html")
    assert "Is this loss normal?" in page
    assert "knowing only the shares" in page
    split = (run / "split.jsonl").read_text("utf-8").splitlines()
    tested = sum(json.loads(line)["part"] == "test" for line in split)
    assert f"{tested} pictures of the test part" in page
    # Twice: as the network saw it, and where it looked.
    assert page.count("data:image/jpeg;base64,") == 2 * min(24, tested)
    assert "Which weights are these?" in page
    assert re.search(r"<td>F1 macro</td><td>0\.\d{4}</td><td>0\.\d{4} to [01]\.\d{4}</td>", page)
    assert "x&lt;i&gt;y$z" in page
    assert "x<i>" not in page
    assert not re.search(r'(src|href)="(?!data:|#)', page)


def test_a_run_of_tags_names_what_was_missed(tmp_path, capsys):
    values = toy_values(write_toy_set(tmp_path / "toy"), tmp_path / "cache", steps=4)
    start_run(values, tmp_path / "run")[0].train()
    target = tmp_path / "page.html"
    assert main(["report", str(tmp_path / "run"), "--part", "train", "--out", str(target)]) == 0
    page = target.read_text("utf-8")
    assert "wrongly said:" in page
    assert "average precision" in page
    assert re.search(r"<td>F1 micro, at 0.5</td><td>[01]\.\d{4}</td>", page)
    interval = r"</td><td>0\.\d{4}</td><td>0\.\d{4} to [01]\.\d{4}</td>"
    assert re.search(rf"F1 macro at 0.5, mean over \d tags with pictures{interval}", page)
    assert "Nobody can tell" in page  # nothing was validated


def test_a_run_of_vision_and_tags_is_judged_with_the_tags_hidden_first(tmp_path):
    root = write_dafre(tmp_path / "set", 48)
    task = {"name": "multimodal", "mask_schedule": "full", "length": 8}
    every = {"steps": 4, "validate_every": 1.0, "log_every": 1, "monitor": "top1"}
    values = toy_config(root, "danbooruFaces", task=task, run=every)
    start_run(values, tmp_path / "run")[0].train()
    assert main(["report", str(tmp_path / "run"), "--json"]) == 0
    page = (tmp_path / "run" / "report_test.html").read_text("utf-8")
    names = re.findall(r"<tr><td>([^<]*)</td><td>\d\.\d{4}</td><td>[^<]+</td></tr>", page)
    assert names[1] == "accuracy (F1 micro), tags hidden"
    assert names[-1] == "accuracy, true tags shown"
    assert "best on the validation part by top1" in page
    # The classes' part of the loss, which validation measures too, and not the words'.
    assert "accuracy, tags shown" in page
    steps = read_history(tmp_path / "run", "log")
    assert part_of_loss(steps, "classes") == points(steps, "classes_loss") != []
    assert part_of_loss([{"step": 1, "loss": 1.0, "classes_loss": 1.0}], "classes") == []


def test_a_part_without_pictures_is_an_error(run, tmp_path, capsys):
    root = write_class_folders(tmp_path / "set", 12)
    start_run(toy_config(root, "folders", datasets={"test": 0.0}), tmp_path / "run")[0].train()
    assert main(["report", str(tmp_path / "run")]) == 1
    assert "the test part" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("backbone", "head"),
    [
        *(("vit", "linear"), ("vit", "ifa"), ("resnet18", "linear"), ("resnet18", "concat_pool")),
        ("swin_tiny_patch4_window7_224", "linear"),
    ],
)
def test_what_glows_is_what_speaks_for_the_class(backbone, head):
    torch.manual_seed(0)
    size = {"backbone": backbone, "size": 64} if backbone != "vit" else {**VIT, "size": 32}
    network = ClassifierNetwork(NetworkConfig(**size, head=head), 3).eval()
    images = torch.randn(2, 3, size["size"], size["size"])
    maps = activation_maps(network, images, torch.tensor([0, 2]))
    assert maps.shape[0] == 2
    assert maps.shape[1] == maps.shape[2] > 1
    assert maps.min() >= 0
    assert maps.max() <= 1
    assert not torch.equal(maps[0], maps[1])


def test_a_map_follows_the_place_that_decides():
    """Only bright places speak for the class, so the map glows where the picture is bright."""
    torch.manual_seed(0)
    network = ClassifierNetwork(NetworkConfig(backbone="resnet18", size=128, head="linear"), 2)
    images = torch.randn(64, 3, 128, 128) * 0.1
    ids = torch.arange(64) % 2
    images[ids == 1, :, :48, :48] += 4
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    for _ in range(6):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(images)[0], ids).backward()
        optimiser.step()
    network.eval()
    maps = activation_maps(network, images[1:2], ids[1:2])[0]
    assert maps[:2, :2].mean() > 2 * maps[2:, 2:].mean()


def _epoch(step, loss):
    return {"step": step, "valid_loss": loss}


@pytest.mark.parametrize(
    ("losses", "prior", "said"),
    [
        ([2.0, 1.9], 1.0, "worse than knowing nothing"),
        ([0.99, 0.98], 1.0, "next to nothing"),
        ([0.7, 0.5], 1.0, "training longer may help"),
        ([0.5, 0.9], 1.0, "Too long"),
        ([0.5, 0.51], 1.0, "Long enough"),
        ([float("nan")], 1.0, "Nobody can tell"),
        ([0.0], 0.0, "nothing to learn"),
    ],
)
def test_answers_follow_from_the_losses(losses, prior, said):
    epochs = [_epoch(10 * (i + 1), loss) for i, loss in enumerate(losses)]
    text = " ".join(answer for _, answer in answers(epochs, [], prior, "top1"))
    assert said in text


def test_clipped_steps_point_to_the_learning_rate():
    found = dict(answers([_epoch(1, 0.5)], [{"step": 1, "clipped": 0.8}], 1.0, "top1"))
    assert "80 %" in found["Were gradients clipped?"]
    assert len(answers([_epoch(1, 0.5)], [{"step": 1, "clipped": 0.1}], 1.0, "top1")) == 2


def test_a_line_cut_short_is_left_out_and_a_broken_one_named(tmp_path):
    path = tmp_path / "epochs.jsonl"
    path.write_text('{"step": 1}\n{"st', "utf-8")
    assert read_history(tmp_path, "epochs") == [{"step": 1}]
    path.write_text('nothing\n{"step": 1}\n', "utf-8")
    with pytest.raises(AnitagError, match="line 1"):
        read_history(tmp_path, "epochs")
    assert read_history(tmp_path, "log") == []


def test_calibration_is_how_far_said_and_right_lie_apart():
    calibration = Calibration()
    calibration.add(np.array([0.9, 0.9, 0.9, 0.9, 1.0]), np.array([1.0, 1, 0, 0, 1]))
    assert calibration.bins() == [(pytest.approx(0.92), pytest.approx(0.6), 5)]
    assert calibration.error() == pytest.approx(0.32)


def test_confusion_is_counted_by_true_and_guessed():
    verdicts = ClassVerdicts()
    verdicts.confusion.update([(0, 1), (0, 1), (0, 0), (1, 1)])
    assert verdicts.by_class("ab") == [("a", 3, pytest.approx(1 / 3)), ("b", 1, 1.0)]
    assert verdicts.most_confused("ab", 5) == [("a", "b", 2)]
    assert verdicts.matrix(2).tolist() == [[1, 2], [0, 1]]


def test_tags_that_no_picture_has_are_left_out():
    verdicts = TagVerdicts(ScoreHistogram(2))
    scores = np.array([[0.9, 0.9], [0.1, 0.2]], np.float32)
    verdicts.histogram.add(scores, np.array([[1, 0], [0, -1]], np.int8))
    assert [row[:2] for row in verdicts.by_tag(["a", "b"])] == [("a", 1)]


def test_top_losses_are_saved_and_told_worst_first(run, capsys):
    assert main(["top-losses", str(run), "--most", "3", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    losses = [event["loss"] for event in told if event["event"] == "picture"]
    assert len(losses) == 3
    assert losses == sorted(losses, reverse=True)
    with Image.open(run / "top_losses_validation.png") as sheet:
        # Three pictures and what glows in each: six cells, two in a row.
        assert sheet.size == (2 * 226, 3 * (226 + 3 * 14))


def test_a_batch_is_shown_as_the_network_sees_it(tmp_path, capsys):
    root = write_class_folders(tmp_path / "set", 12)
    text = f"""
[task]
name = "recognition"
[run]
name = "toy"
[network]
backbone = "resnet18"
head = "linear"
size = 32
[datasets]
store = "files"
sources = [{{ name = "toy", path = "{root}", layout = "folders" }}]
"""
    config = tmp_path / "toy.toml"
    config.write_text(text, "utf-8")
    for more in ([], ["--same"]):
        words = ["show-batch", str(config), "--run", str(tmp_path / "b"), "--most", "4", *more]
        assert main(words) == 0
        with Image.open(tmp_path / "b" / "batch.png") as sheet:
            assert sheet.size == (2 * 226, 2 * (226 + 14))
            assert len(sheet.getcolors(1 << 20)) > 50
