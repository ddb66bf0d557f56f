"""Phases, early stopping, memory, precision: what a run does on its way."""

import csv
import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import events, killed_after, start_run, toy_config  # noqa: E402
from training.batches import Batch  # noqa: E402
from training.checkpoint import load_checkpoint, newest_checkpoint  # noqa: E402
from training.run_log import RunLog  # noqa: E402
from training.run_state import RunState  # noqa: E402
from training.tasks.task import Moment  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return write_class_folders(tmp_path_factory.mktemp("folders"), 45)


def last(run):
    return load_checkpoint(newest_checkpoint(run / "checkpoints"))


def gradients(folders, run, **settings):
    values = toy_config(folders, "folders", run=settings, loss={"class_weights": "inverse"})
    trainer, task, _ = start_run(values, run)
    batch = next(trainer.batches())
    trainer._stepper._move = lambda terms: None
    trainer._stepper.step(batch, Moment(0, 6, 0.0, 1), (1e-3, 0.9))
    return {n: p.grad.clone() for n, p in task.network.named_parameters()}, trainer


def test_a_batch_in_parts_has_the_same_gradient(folders, tmp_path):
    whole, _ = gradients(folders, tmp_path / "a")
    parts, _ = gradients(folders, tmp_path / "b", micro_batch=3)
    assert max((whole[n] - parts[n]).abs().max().item() for n in whole) < 1e-5


def test_memory_that_runs_out_halves_the_part_and_keeps_the_gradient(
    folders, tmp_path, monkeypatch
):
    from training.tasks.recognition import RecognitionTask

    whole, _ = gradients(folders, tmp_path / "a")
    original = RecognitionTask.losses

    def tight(self, images, targets, moment):
        if len(images) > 2:
            raise torch.OutOfMemoryError("too large")
        return original(self, images, targets, moment)

    monkeypatch.setattr(RecognitionTask, "losses", tight)
    parts, trainer = gradients(folders, tmp_path / "b")
    assert trainer._stepper.micro_batch == 2
    assert max((whole[n] - parts[n]).abs().max().item() for n in whole) < 1e-5


@pytest.mark.parametrize("limit", [0.0, 0.01, 1000.0])
def test_gradients_are_clipped_to_a_norm_and_it_is_told(folders, tmp_path, limit):
    optimiser = {"name": "sgd", "momentum": 0.0, "rate": 1.0, "warm_up": 0, "clip": limit}
    values = toy_config(folders, "folders", optimiser={**optimiser, "weight_decay": 0.0})
    trainer, task, _ = start_run(values, tmp_path)
    before = [p.detach().clone() for p in task.network.parameters()]
    done = trainer._stepper.step(next(trainer.batches()), Moment(0, 6, 0.0, 1), (1.0, 0.0))
    now = zip(before, task.network.parameters(), strict=True)
    moved = sum((a - b.detach()).square().sum() for a, b in now).sqrt().item()
    assert done.clipped == (limit == 0.01)
    assert moved == pytest.approx(0.01, rel=1e-3) if limit == 0.01 else moved > 0.1


PHASES = [
    {"name": "probe", "steps": 3, "freeze": ["backbone"]},
    {"name": "all", "steps": 3, "optimiser": {"rate": 1e-2, "rate_low": 1e-5, "warm_up": 0}},
]


def test_a_frozen_phase_moves_only_the_head_and_the_next_moves_all(folders, tmp_path):
    values = toy_config(folders, "folders", phases=PHASES, run={"checkpoint_every": 3, "until": 3})
    trainer, task, _ = start_run(values, tmp_path)
    before = {n: v.clone() for n, v in task.network.state_dict().items()}
    trainer.train()
    probed = last(tmp_path)
    moved = {n for n in before if not torch.equal(before[n], probed.weights[n])}
    assert moved == {"head.logits.weight", "head.logits.bias"}
    values["run"]["until"] = 0
    start_run(values, tmp_path)[0].train()
    after = last(tmp_path)
    assert after.step == 6
    shift = {n: (after.weights[n] - probed.weights[n]).abs().max().item() for n in before}
    assert 0 < shift["backbone.patch_embed.proj.weight"] < shift["head.logits.weight"] / 20


def test_what_cannot_be_frozen_is_said_before_the_first_step(folders, tmp_path):
    phases = [{"name": "a", "steps": 1}, {"name": "b", "steps": 1, "freeze": ["backbon"]}]
    with pytest.raises(AnitagError, match="'backbon'; it consists of backbone, head"):
        start_run(toy_config(folders, "folders", phases=phases), tmp_path)


@pytest.mark.parametrize("rates", [{"layer_decay": 0.9}, {"rate_low": 1e-5}])
def test_rates_by_layer_need_a_backbone_that_tells_its_layers(folders, tmp_path, rates):
    network = {"backbone": "shallow", "depth": 0, "width": 0, "heads": 0}
    values = toy_config(folders, "folders", network=network, optimiser=rates)
    with pytest.raises(AnitagError, match="known layers, which Shallow is not"):
        start_run(values, tmp_path)


def test_phases_end_the_same_when_killed_at_their_border(folders, tmp_path):
    values = toy_config(folders, "folders", phases=PHASES, run={"checkpoint_every": 1})
    start_run(values, tmp_path / "whole")[0].train()
    for until in (2, 3, 4, 0):
        values["run"]["until"] = until
        start_run(values, tmp_path / "parts")[0].train()
    one, other = last(tmp_path / "whole"), last(tmp_path / "parts")
    assert all(torch.equal(one.weights[n], other.weights[n]) for n in one.weights)
    assert all(torch.equal(one.average[n], other.average[n]) for n in one.average)


def test_a_phase_that_does_not_help_is_taken_back(folders, tmp_path):
    phases = [
        {"name": "first", "epochs": 1.0, "optimiser": {"rate": 1e-3, "average": 0.0}},
        {
            "name": "ruin",
            "epochs": 1.0,
            "revert": True,
            "optimiser": {"rate": 30.0, "name": "sgd", "warm_up": 0, "clip": 0.0, "average": 0.0},
        },
    ]
    run = {"validate_every": 1.0, "checkpoint_every": 100}
    values = toy_config(folders, "folders", phases=phases, run=run)
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    assert events(stream, "reverted")[0]["phase"] == "ruin"
    kept = load_checkpoint(tmp_path / "checkpoints" / "before-ruin")
    after = last(tmp_path)
    assert all(torch.equal(kept.weights[n], after.weights[n]) for n in kept.weights)


def test_a_run_stops_when_nothing_gets_better(folders, tmp_path):
    optimiser = {"rate": 0.0, "schedule": "constant", "average": 0.0}
    run = {"epochs": 20.0, "validate_every": 1.0, "patience": 2}
    values = toy_config(folders, "folders", run=run, optimiser=optimiser)
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    assert len(events(stream, "epoch")) == 3
    assert events(stream, "early_stop")[0]["best_step"] == events(stream, "epoch")[0]["step"]


def test_a_run_that_stopped_early_is_over_also_when_started_again(folders, tmp_path):
    optimiser = {"rate": 0.0, "schedule": "constant", "average": 0.0}
    run = {"epochs": 20.0, "validate_every": 1.0, "patience": 2}
    values = toy_config(folders, "folders", run=run, optimiser=optimiser)
    steps = []
    for _ in range(2):
        trainer, _, stream = start_run(values, tmp_path)
        trainer.train()
        steps.append(trainer.step)
    assert steps[0] == steps[1] < trainer.steps
    assert not events(stream, "epoch")


def test_a_last_phase_that_stops_early_is_taken_back_too(folders, tmp_path):
    ruin = {"rate": 10.0, "name": "sgd", "warm_up": 0, "clip": 1.0, "average": 0.0}
    phases = [
        {"name": "first", "epochs": 1.0, "optimiser": {"rate": 1e-3, "average": 0.0}},
        {"name": "ruin", "epochs": 9.0, "revert": True, "optimiser": ruin},
    ]
    run = {"validate_every": 1.0, "checkpoint_every": 100, "patience": 2}
    values = toy_config(folders, "folders", phases=phases, run=run)
    trainer, _, stream = start_run(values, tmp_path)
    trainer.train()
    assert trainer.step < trainer.steps
    assert events(stream, "reverted")[0]["phase"] == "ruin"
    kept = load_checkpoint(tmp_path / "checkpoints" / "before-ruin")
    assert all(torch.equal(kept.weights[n], v) for n, v in last(tmp_path).weights.items())


def test_of_more_measures_the_best_weights_are_kept(folders, tmp_path):
    run = {
        "epochs": 4.0,
        "validate_every": 1.0,
        "monitor": "top1",
        "also_best": ["valid_loss", "error_rate"],
    }
    trainer, _, stream = start_run(toy_config(folders, "folders", run=run), tmp_path)
    trainer.train()
    epochs = events(stream, "epoch")
    for name in ("valid_loss", "error_rate"):
        kept = json.loads((tmp_path / f"best-{name}" / "measures.json").read_text())
        assert kept[name] == min(epoch[name] for epoch in epochs) == trainer._state.others[name]


def test_what_was_written_of_steps_that_are_done_again_is_left_out(folders, tmp_path):
    run = {"steps": 9, "checkpoint_every": 4, "validate_every": 0.3, "log_every": 1}
    values = toy_config(folders, "folders", run=run)
    start_run(values, tmp_path / "whole")[0].train()
    killed = killed_after(7, start_run(values, tmp_path / "parts")[0])
    with pytest.raises(KeyboardInterrupt):
        killed.train()
    with (tmp_path / "parts" / "log.jsonl").open("a") as stream:
        stream.write('{"step": 3, "torn')
    resumed = start_run(values, tmp_path / "parts")[0]
    resumed.train()
    for name in ("log", "epochs"):
        told = [
            (tmp_path / r / f"{name}.jsonl").read_text().splitlines() for r in ("whole", "parts")
        ]
        whole, parts = ([json.loads(line)["step"] for line in lines] for lines in told)
        assert whole == parts
        with (tmp_path / "parts" / f"{name}.csv").open() as stream:
            rows = list(csv.DictReader(stream))
        assert [int(row["step"]) for row in rows] == parts
    assert [float(row["time"]) for row in rows] == sorted(float(row["time"]) for row in rows)


def test_logs_of_a_run_without_a_checkpoint_begin_anew(tmp_path):
    log = RunLog(tmp_path)
    log.step({"step": 1, "loss": 2.0})
    log.epoch({"step": 1, "time": 3.5})
    assert log.cut(1) == 3.5
    assert log.cut(0) == 0.0
    log.step({"step": 1, "loss": 1.0, "more": 2})
    assert (tmp_path / "log.csv").read_text().splitlines() == ["step,loss,more", "1,1.0,2"]
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1


def test_measuring_takes_no_more_pictures_at_a_time_than_memory_holds(folders, tmp_path):
    from training.batches import plain_batches
    from training.processes import Processes

    values = toy_config(folders, "folders", run={"batch": 8, "micro_batch": 3})
    trainer, task, _ = start_run(values, tmp_path)
    rows = task.collection.rows("validation")
    batches = list(plain_batches(task.collection.views, rows, trainer._config, Processes()))
    assert max(len(batch.rows) for batch in batches) == 3
    assert sum(len(batch.rows) for batch in batches) == len(rows)
    trainer._stepper.micro_batch = 2
    assert trainer._measured_with().run.micro_batch == 2


def test_epochs_are_numbered_one_by_one_though_batches_do_not_fit(folders, tmp_path):
    run = {"epochs": 3.0, "batch": 16, "validate_every": 1.0}
    trainer, _, stream = start_run(toy_config(folders, "folders", run=run), tmp_path)
    assert len(trainer._rows) % 16
    trainer.train()
    assert [epoch["epoch"] for epoch in events(stream, "epoch")] == [0, 1, 2]


def test_of_equal_measures_the_one_with_the_lower_loss_is_best():
    state = RunState(step=4)
    assert state.note_measure(0.2, 1.0)
    state.step = 8
    assert not state.note_measure(0.2, 1.0)
    assert not state.note_measure(0.3, 0.1)
    assert (state.best_step, state.waited) == (4, 2)
    assert state.note_measure(0.2, 0.9)
    assert (state.best, state.best_loss, state.best_step, state.waited) == (0.2, 0.9, 8, 0)


@pytest.mark.parametrize(
    ("run", "datasets", "said"),
    [
        ({"monitor": "accuracy"}, {}, "accuracy is not measured; .*top1"),
        ({}, {"validation": 0.0}, "nothing to validate with"),
    ],
)
def test_what_would_end_a_run_at_its_first_validation_is_told_at_once(
    folders, tmp_path, run, datasets, said
):
    from anitag_desktop.domain.error import AnitagError

    run = {"validate_every": 1.0, **run}
    with pytest.raises(AnitagError, match=said):
        start_run(toy_config(folders, "folders", run=run, datasets=datasets), tmp_path)


def test_patience_ends_the_last_phase_only(folders, tmp_path):
    optimiser = {"rate": 0.0, "schedule": "constant", "average": 0.0}
    phases = [{"name": name, "epochs": 5.0, "optimiser": optimiser} for name in ("one", "two")]
    run = {"validate_every": 1.0, "patience": 2}
    trainer, _, stream = start_run(toy_config(folders, "folders", run=run, phases=phases), tmp_path)
    trainer.train()
    assert [e["phase"] for e in events(stream, "epoch")] == ["one"] * 5 + ["two"] * 2
    assert events(stream, "early_stop")


@pytest.mark.parametrize("sampler", ["balanced", "sqrt"])
def test_samplers_draw_rare_classes_oftener(tmp_path, sampler):
    root = write_class_folders(tmp_path / "set", 60)
    for path in sorted((root / "red").iterdir())[4:]:
        path.unlink()
    datasets = {"validation": 0.0, "test": 0.0}
    values = toy_config(root, "folders", run={"sampler": sampler}, datasets=datasets)
    trainer, task, _ = start_run(values, tmp_path / "run")
    drawn = [task.class_ids[row] for e in range(40) for row in trainer._order.at(e)]
    red = drawn.count(task.collection.classes.index("red")) / len(drawn)
    expected = {"balanced": 1 / 3, "sqrt": 2 / (2 + 2 * 20**0.5)}[sampler]
    assert red == pytest.approx(expected, abs=0.03)


def test_bfloat16_trains(folders, tmp_path):
    values = toy_config(folders, "folders", run={"precision": "bf16", "steps": 2})
    start_run(values, tmp_path)[0].train()
    assert all(v.dtype == torch.float32 for v in last(tmp_path).weights.values())


@pytest.mark.parametrize("name", ["adam", "sgd", "lamb"])
def test_every_optimiser_moves_weights(folders, tmp_path, name):
    values = toy_config(folders, "folders", optimiser={"name": name}, run={"steps": 2})
    trainer, task, _ = start_run(values, tmp_path)
    before = task.network.head.logits.weight.clone()
    trainer.train()
    assert not torch.equal(before, task.network.head.logits.weight)


def scales_of(trainer, task):
    scales = {}
    for group in trainer._stepper.optimiser.param_groups:
        for parameter in group["params"]:
            scales[id(parameter)] = group["scale"]
    return {n: scales[id(p)] for n, p in task.network.named_parameters()}


def test_layers_further_down_move_slower(folders, tmp_path):
    values = toy_config(folders, "folders", optimiser={"layer_decay": 0.5})
    trainer, task, _ = start_run(values, tmp_path)
    named = scales_of(trainer, task)
    assert named["head.logits.weight"] == 1.0
    first, second = (named[f"backbone.blocks.{i}.attn.qkv.weight"] for i in (0, 1))
    assert second == 2 * first < 1
    assert named["backbone.patch_embed.proj.weight"] == first / 2


def test_the_backbone_may_have_a_share_of_the_rate(folders, tmp_path):
    values = toy_config(folders, "folders", optimiser={"backbone_share": 0.1})
    trainer, task, _ = start_run(values, tmp_path)
    shares = {n.split(".")[0]: scale for n, scale in scales_of(trainer, task).items()}
    assert shares == {"backbone": 0.1, "head": 1.0}


def test_an_empty_batch_of_measuring_is_no_error():
    from training.batches import Sample, collate

    batch = collate([Sample(None, 3, (0, 0), (3,))])
    assert isinstance(batch, Batch)
    assert (len(batch.rows), batch.unreadable) == (0, (3,))


def test_two_runs_write_the_same_numbers(folders, tmp_path):
    views = {"flip": 0.5, "trivial": True, "mixup": 0.3}
    values = toy_config(
        folders, "folders", views=views, run={"validate_every": 0.3, "log_every": 1}
    )
    told = []
    for name in ("one", "two"):
        _, _, stream = trained = start_run(values, tmp_path / name)
        trained[0].train()
        epochs = events(stream, "epoch")
        told.append([{k: v for k, v in e.items() if k != "time"} for e in epochs])
    assert told[0] == told[1]
    assert told[0][0]["weights"] == "average"


def test_what_loads_pictures_may_be_sent_to_another_process(folders, tmp_path):
    import pickle

    from training.batches import TrainingPictures
    from training.order import Order

    trainer, task, _ = start_run(toy_config(folders, "folders"), tmp_path)
    order = Order(trainer._rows, 1)
    made = TrainingPictures(task.collection.views, order, 1, task.still())
    sent = pickle.loads(pickle.dumps(made))
    assert torch.equal(sent[(0, 3, 32)].view.image, made[(0, 3, 32)].view.image)


def test_a_pickle_is_never_run(folders, tmp_path):
    import pickle

    from anitag_desktop.domain.error import AnitagError
    from training.config import config_from
    from training.progress import Progress
    from training.starting import start_from

    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    (tmp_path / "evil.safetensors").write_bytes(pickle.dumps(Trap()))
    network = {"checkpoint": str(tmp_path / "evil.safetensors")}
    values = toy_config(folders, "folders", network=network)
    _, task, stream = start_run(values, tmp_path / "run")
    with pytest.raises(AnitagError, match="not a sound checkpoint"):
        start_from(task.network, config_from(values), Progress(as_json=True, stream=stream))
    assert not (tmp_path / "sprung").exists()


def test_weights_at_a_place_that_is_not_set_are_named(folders, tmp_path, monkeypatch):
    from anitag_desktop.domain.error import AnitagError
    from training.config import config_from
    from training.progress import Progress
    from training.starting import start_from

    monkeypatch.delenv("ANITAG_WEIGHTS", raising=False)
    network = {"checkpoint": "$ANITAG_WEIGHTS/beit.safetensors"}
    values = toy_config(folders, "folders", network=network)
    _, task, _ = start_run(values, tmp_path / "run")
    with pytest.raises(AnitagError, match="variable ANITAG_WEIGHTS is not set"):
        start_from(task.network, config_from(values), Progress(as_json=True))


def test_weights_of_another_run_are_taken_and_told(folders, tmp_path):
    from training.config import config_from
    from training.progress import Progress
    from training.starting import start_from

    first = start_run(toy_config(folders, "folders"), tmp_path / "first")[0]
    first.train()
    network = {"checkpoint": str(tmp_path / "first"), "load": "transfer"}
    values = toy_config(folders, "folders", network=network, run={"seed": 5})
    _, other, stream = start_run(values, tmp_path / "second")
    start_from(other.network, config_from(values), Progress(as_json=True, stream=stream))
    told = events(stream, "loaded_weights")[0]
    assert (told["missing_names"], told["resampled"]) == (
        ["head.logits.bias", "head.logits.weight"],
        0,
    )
    average = last(tmp_path / "first").average
    assert torch.equal(other.network.backbone.cls_token, average["backbone.cls_token"])
