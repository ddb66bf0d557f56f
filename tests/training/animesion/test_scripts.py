"""The scripts of animesion from their own folder: train, evaluate, infer, serve, explore."""

import ast
import csv
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("matplotlib.font_manager")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_dafre, write_moeimouto  # noqa: E402
from tests.helpers.toy_runs import VIT  # noqa: E402
from training.animesion import exploring, inferring, learning, presets, serving  # noqa: E402
from training.animesion.evaluating import evaluate  # noqa: E402
from training.config import SourceConfig  # noqa: E402
from training.datasets.layouts import read_set  # noqa: E402
from training.tasks.multimodal import MultimodalTask  # noqa: E402

pytestmark = [pytest.mark.training, pytest.mark.integration]

SCRIPTS = Path(learning.__file__).parent
TRAIN = [
    "--dataset_name danbooruFaces --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 64 --learning_rate_scheduler warmupCosine --pretrained --interm_features_fc",  # noqa: E501
    "--dataset_name danbooruFull --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 64 --learning_rate_scheduler warmupCosine --pretrained --multimodal --max_text_seq_len 32 --tokenizer wp",  # noqa: E501
    "--dataset_name danbooruFull --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 16 --learning_rate_scheduler warmupCosine --pretrained --multimodal --max_text_seq_len 16 --tokenizer tag --mask_schedule full --masking_behavior constant",  # noqa: E501
]

EVALUATE = "--dataset_path YOUR_PATH --checkpoint_path PATH_TO_CHECKPOINT"
INFER = {
    "recognition_vision": "--dataset_path YOUR_PATH --checkpoint_path PATH_TO_CHECKPOINT",
    "recognition_tagging": "--dataset_path YOUR_PATH --checkpoint_path PATH_TO_CHECKPOINT --mode recognition_tagging",  # noqa: E501
}
DEMO = "--dataset_path YOUR_PATH -checkpoint_path PATH_TO_CHECKPOINT"


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    return write_dafre(tmp_path_factory.mktemp("dafre"), 48)


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Make B_16 small and runs short; everything else is as the README's lines say."""
    original = presets.settings_of

    def shorter(args):
        config = original(args)
        network = replace(config.network, **{**VIT, "size": 32}, pretrained=False)
        run = replace(config.run, epochs=2.0, workers=0, batch=16)
        return replace(config, network=network, run=run)

    for module in (learning, inferring, sys.modules[evaluate.__module__]):
        monkeypatch.setattr(module, "settings_of", shorter)
    monkeypatch.chdir(tmp_path)


def words(line, **paths):
    for name, path in paths.items():
        line = line.replace(name, shlex.quote(str(path)))
    return shlex.split(line)


def lines_of(path):
    return list(csv.reader(path.read_text("utf-8").splitlines()))


def fetched(url, body=None):
    with urllib.request.urlopen(url, data=body) as reply:
        return reply.read()


def run_folder():
    return next(p.parent for p in Path("results_training").glob("*/config.json"))


def foreign_copy(run):
    """Return a copy of a run's weights that nothing tells about; only its tensors do."""
    copy = Path("elsewhere") / "vilt.safetensors"
    copy.parent.mkdir()
    return shutil.copyfile(run / "best" / "weights.safetensors", copy)


def script(name, *arguments, cwd=SCRIPTS):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, SCRIPTS / f"{name}.py", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.mark.parametrize("line", TRAIN)
def test_the_lines_of_the_readme_train_evaluate_and_infer(small, toys, line, capsys):
    assert learning.train(words(line, YOUR_PATH=toys)) == 0
    metrics = next(Path("results_training").glob("*_metrics.csv"))
    rows = lines_of(metrics)
    assert rows[0] == ["top1_acc", "top5_acc", "train_loss_avg", "val_loss_avg"]
    assert len(rows) == 1 + 2 + 1
    kept = {p.stem.rpartition("_")[2] for p in Path("results_training").glob("*.safetensors")}
    assert kept == {"bestAccEpoch", "bestLossEpoch", "lastEpoch"}
    checkpoint = next(Path("results_training").glob("*_bestAccEpoch.safetensors"))
    paths = {"YOUR_PATH": toys, "PATH_TO_CHECKPOINT": checkpoint}
    assert evaluate(words(EVALUATE, **paths)) == 0
    table = next(Path("results_inference").glob("classes_results_*.csv"))
    supports = [int(line[1]) for line in lines_of(table)[1:]]
    assert sum(supports) == 12
    summary = next(Path("results_training").glob("*.txt")).read_text()
    best = max(float(row[0]) for row in rows[1:-1])
    assert f"Best val accuracy: {best:.4f} % at epoch" in summary
    text = next(Path("results_inference").glob("evaluate_*.txt")).read_text()
    assert "Total objects in class no. 0 (red): 4. Top-1 Accuracy:" in text
    assert "Total no. of samples in test set: 12" in text
    assert ("hidden" in text) == ("multimodal" in line)
    mode = "recognition_tagging" if "mask_schedule" in line else "recognition_vision"
    shots = f"--test_path {toys / 'faces' / '0000'} --save_results --ret_attn_scores"
    capsys.readouterr()
    # To look at pictures of one's own the lists of the set are enough.
    shutil.copytree(toys / "labels", "lists/labels")
    paths["YOUR_PATH"] = Path("lists").absolute()
    assert inferring.infer(words(f"{INFER[mode]} {shots}", **paths)) == 0
    said = capsys.readouterr().out
    assert said.count("Prediction No. 1:") == 24
    assert ("Predicted" in said) == (mode == "recognition_tagging")
    assert len(list(Path("results_inference").glob("*.jpg"))) == 24
    assert len(list(Path("results_inference/attention").glob("*_Layer2.jpg"))) == 24


def test_a_set_at_another_place_is_evaluated_whole_and_one_of_other_classes_is_not(
    small, toys, tmp_path, capsys
):
    learning.train(words(TRAIN[0], YOUR_PATH=toys))
    checkpoint = f"--checkpoint_path {run_folder()}"
    moved = write_dafre(tmp_path / "moved", 48)
    assert evaluate(words(f"--dataset_path {moved} {checkpoint}")) == 0
    assert "Total no. of samples in test set: 12" in capsys.readouterr().out
    moe = write_moeimouto(tmp_path / "moe", 24, 8)
    classes = moe / "classid_classname.csv"
    classes.write_text(classes.read_text().replace("red", "scarlet"))
    for folder in (moe / "data").glob("red"):
        folder.rename(folder.with_name("scarlet"))
    for listed in ("train.csv", "test.csv"):
        text = (moe / listed).read_text()
        (moe / listed).write_text(text.replace("red/", "scarlet/"))
    line = f"--dataset_name moeImouto --dataset_path {moe} {checkpoint}"
    with pytest.raises(AnitagError, match="other classes than the checkpoint"):
        evaluate(words(line))


def test_epochs_are_kept_as_often_as_asked_and_each_says_which_network_it_is(small, toys):
    learning.train(words(f"{TRAIN[0]} --save_checkpoint_freq 1", YOUR_PATH=toys))
    folder = Path("results_training")
    for called in ("bestLossEpoch", "epoch1", "epoch2"):
        copy = next(folder.glob(f"*_{called}.safetensors"))
        paths = {"YOUR_PATH": toys, "PATH_TO_CHECKPOINT": copy}
        assert evaluate(words(EVALUATE, **paths)) == 0


def test_wrong_pictures_are_shown_one_by_one(small, toys, capsys):
    learning.train(words(TRAIN[0], YOUR_PATH=toys))
    tail = f"--dataset_path {toys} --checkpoint_path {run_folder()} --eval_imagebyimage"
    capsys.readouterr()
    assert evaluate(words(f"{tail} --save_results --vis_arch")) == 0
    said = capsys.readouterr().out
    assert said.count("Ground truth label:") == len(list(Path("results_inference").glob("*.jpg")))
    assert "head.logits" in said


def test_a_list_is_tagged_once_and_goes_on_when_killed(small, toys, tmp_path):
    learning.train(words(TRAIN[2], YOUR_PATH=toys))
    listed = write_moeimouto(tmp_path / "moe", 12, 4) / "train.csv"
    (tmp_path / "moe" / "data" / "red" / "6.png").write_bytes(b"broken")
    line = (
        f"--dataset_name danbooruFull --dataset_path {toys} --checkpoint_path {run_folder()}"
        f" --mode generate_tags --test_path {listed}"
    )
    assert inferring.infer(words(line)) == 0
    target = tmp_path / "moe" / "train_tags.csv"
    whole = target.read_text()
    rows = lines_of(target)[1:]
    assert [row[1] for row in rows] == [row[1] for row in lines_of(listed)]
    assert rows[2][2] == "[]"
    assert (tmp_path / "moe" / "train_unreadable.csv").read_text().startswith("red/6.png")
    for _, _, tags, shares in rows:
        assert len(json.loads(shares)) == len(ast.literal_eval(tags))
    target.write_text(whole[: len(whole) // 2])
    assert inferring.infer(words(line)) == 0
    assert target.read_text() == whole
    target.unlink()
    assert inferring.infer(words(f"{line} --tag_rounds 3")) == 0
    assert [row[1] for row in lines_of(target)[1:]] == [row[1] for row in lines_of(listed)]


def test_tags_are_generated_for_the_lists_of_a_set_and_a_network_learns_them(small, toys, tmp_path):
    learning.train(words(TRAIN[2], YOUR_PATH=toys))
    own = shutil.copytree(toys, tmp_path / "own")
    (own / "labels" / "train_tags.csv").unlink()
    line = f"--dataset_path {own} --checkpoint_path {run_folder()} --mode gen_tags"
    assert inferring.infer(words(f"{line} --test_path {own}/labels/train.csv")) == 0
    assert not list((own / "labels").glob("*unreadable*"))
    moe = write_moeimouto(tmp_path / "moe", 36, 6)
    assert inferring.infer(words(f"{line} --test_path {moe}/train.csv")) == 0
    known = read_set(SourceConfig("moe", str(moe), layout="moeImouto")).pictures
    assert any(p.caption for p in known)
    again = f"--dataset_name moeImouto --dataset_path {moe} --multimodal --mask_schedule full"
    assert learning.train(words(f"{again} --masking_behavior random")) == 0


def test_tagging_needs_a_network_that_reads_tags(small, toys):
    learning.train(words(TRAIN[0], YOUR_PATH=toys))
    line = f"--dataset_path {toys} --checkpoint_path {run_folder()} --mode recognition_tagging"
    with pytest.raises(AnitagError, match="trained with --multimodal"):
        inferring.infer(words(line))


def test_the_demo_answers_on_this_machine_only(small, toys):
    from training.animesion.arguments import demo_parser, parse
    from training.animesion.serving import make_server

    learning.train(words(TRAIN[2], YOUR_PATH=toys))
    paths = {"YOUR_PATH": toys, "PATH_TO_CHECKPOINT": foreign_copy(run_folder())}
    args = parse(demo_parser(), words(DEMO, **paths))
    task, config = inferring.open_for_looking(args)
    with make_server(inferring.Looking(task, config), 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        thread = Thread(target=server.serve_forever)
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        page = fetched(base).decode()
        picture = (toys / "faces" / "0000" / "0.jpg").read_bytes()
        answers = [json.loads(fetched(f"{base}/look", body)) for body in (picture, b"no picture")]
        server.shutdown()
        thread.join()
    assert "Who is it?" in page
    assert len(answers[0]["classes"]) == 3
    assert "tags" in answers[0]
    assert isinstance(task, MultimodalTask)
    assert "error" in answers[1]


def test_the_demo_ends_what_it_looks_at_before_it_closes(monkeypatch):
    monkeypatch.setattr(serving._Page, "timeout", 0.2)
    begun, ended = Event(), []

    class Slow:
        def look(self, _path):
            begun.set()
            time.sleep(0.5)
            ended.append("looked")
            raise AnitagError("no_such_file", path="it")

    server = serving.make_server(Slow(), 0)
    base = f"http://127.0.0.1:{server.server_port}"
    serving_thread = Thread(target=server.serve_forever)
    asking = Thread(target=fetched, args=(f"{base}/look", b"a picture"))
    with socket.create_connection(server.server_address):  # opened, and never asked anything
        serving_thread.start()
        asking.start()
        assert begun.wait(60)
        server.shutdown()
        server.server_close()
        ended.append("closed")
    assert ended == ["looked", "closed"]
    asking.join()
    serving_thread.join()


def test_train_runs_from_its_own_folder(toys, tmp_path):
    line = "--model_name shallow --image_size 32 --batch_size 8 --no_epochs 1 --no_cpu_workers 1"
    where = ["--dataset_path", toys, "--results_dir", tmp_path / "out"]
    done = script("train", *shlex.split(line), *where)
    assert done.returncode == 0, done.stderr[-1500:]
    assert "Test accuracy" in done.stdout
    checkpoint = next((tmp_path / "out").glob("*_lastEpoch.safetensors"))
    paths = ["--dataset_path", toys, "--checkpoint_path", checkpoint]
    done = script("inference", *paths, "--results_dir", tmp_path / "seen")
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.count("Prediction No. 1:") == len(list((SCRIPTS / "test_images").iterdir()))
    done = script("evaluate", *paths, "--results_dir", tmp_path / "told")
    assert done.returncode == 0, done.stderr[-1500:]
    assert "Total no. of samples in test set: 12" in done.stdout
    answered(*paths, "--results_dir", tmp_path / "shown")


def hear_ctrl_c():
    """Undo that a shell lets what it starts in the background ignore Ctrl+C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def answered(*paths):
    """Start the demo from its own folder, ask it for its page, and end it."""
    command = [sys.executable, "demo.py", *map(str, paths), "--port", "0"]
    demo = subprocess.Popen(
        command, cwd=SCRIPTS, stdout=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )
    with demo:
        lines = iter(demo.stdout.readline, "")
        told = next(line for line in lines if line.startswith("http://"))
        assert b"Who is it?" in fetched(told.split()[0])
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()  # to its end: it must not write to a pipe that is closed
    assert demo.returncode == 0


def test_a_set_is_explored_from_the_scripts_folder(toys, tmp_path):
    line = "--split test --display_image --dataset_name danbooruFull --labels"
    where = ["--dataset_path", toys, "--results_dir", tmp_path / "explored"]
    done = script("data_exploration", *where, *shlex.split(line))
    assert done.returncode == 0, done.stderr[-1500:]
    assert len(list((tmp_path / "explored").iterdir())) == 2


def test_pretrained_without_weights_fails_and_names_the_file(toys, tmp_path):
    where = ["--dataset_path", toys, "--results_dir", tmp_path / "out", "--pretrained"]
    done = script("train", "--no_cpu_workers", "0", *where)
    assert done.returncode == 1
    assert "timm/vit_base_patch16_224.augreg_in21k/resolve/main/model.safetensors" in done.stderr


@pytest.mark.parametrize("name", ["train", "evaluate", "inference", "demo", "data_exploration"])
def test_every_script_says_its_flags(name):
    done = script(name, "--help")
    assert done.returncode == 0
    assert "--interm_features_fc" in done.stdout


def test_a_set_is_explored(toys, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = f"--dataset_path {toys} --split test --display_image --dataset_name danbooruFull"
    assert exploring.explore(words(f"{line} --labels")) == 0
    said = capsys.readouterr().out
    assert "Total number of samples: 48" in said
    assert "No. 1: blue (Class ID: 1) with 16 samples" in said
    out = tmp_path / "data_exploration"
    assert {p.name for p in out.iterdir()} == {
        "danbooruFull_test_labelsTrue_orderedFalse.png",
        "histogram_danbooruFull_partialFalse.png",
    }
    more = f"{line} --data_vis_full --stats_partial --batch_size 4"
    assert exploring.explore(words(more)) == 0
    assert "Total number of samples: 12" in capsys.readouterr().out
    from PIL import Image

    with Image.open(out / "danbooruFull_test_labelsFalse.webp") as video:
        assert video.n_frames == 3


def test_a_video_whose_last_grid_is_smaller_has_frames_of_one_size(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    moe = write_moeimouto(tmp_path / "moe", 26, 12)
    line = f"--dataset_path {moe} --split train --display --data_vis --dataset_name moeImouto"
    assert exploring.explore(words(f"{line} --batch_size 9")) == 0
    from PIL import Image

    with Image.open("data_exploration/moeImouto_train_labelsFalse.webp") as video:
        assert video.n_frames == 2
    with pytest.raises(AnitagError, match="the val part"):
        exploring.explore(words(f"{line} --split val"))
