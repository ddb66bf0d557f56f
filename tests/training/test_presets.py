"""Presets: each trains two steps at a small size, and has its shapes at its own size."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders, write_dafre, write_danbooru2020  # noqa: E402
from tests.helpers.toy_runs import VIT, start_run  # noqa: E402
from tests.helpers.toy_sets import write_toy_set  # noqa: E402
from training.animesion.presets import BACKBONES  # noqa: E402
from training.checkpoint import newest_checkpoint  # noqa: E402
from training.config import CONFIGS, NetworkConfig, load_config  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.making import make_network  # noqa: E402
from training.networks.vision_language import VisionLanguageNetwork  # noqa: E402

pytestmark = pytest.mark.training

NAMES = sorted(path.stem for path in CONFIGS.glob("*.toml"))
SMALL_NETWORKS = {"resnet": "test_resnet", "efficientnet": "test_efficientnet"}


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    return {
        "folders": write_class_folders(folder / "folders", 30),
        "danbooruFaces": write_dafre(folder / "dafre", 48),
        "danbooruFull": folder / "dafre",
        "manifest": write_toy_set(folder / "manifest", 40),
        "danbooru2020": write_danbooru2020(folder / "danbooru2020", 60),
    }


def small_values(name, sets, cache):
    """Return a preset's values at a small size, on toy pictures, for two steps a phase."""
    values = load_config(name).as_plain()
    network = values["network"]
    small = next((s for word, s in SMALL_NETWORKS.items() if word in network["backbone"]), None)
    if small:
        network |= {"backbone": small, "mean_std": "half"}
        if values["datasets"]["store"] == "files":
            network["resize"] = "crop"
    elif "vit" in network["backbone"] or "beit" in network["backbone"]:
        network |= {name: VIT[name] for name in ("depth", "width", "heads")}
    network |= {"size": 64, "pretrained": False, "checkpoint": ""}
    layout = values["datasets"]["sources"][0]["layout"]
    source = {"name": "toy", "path": str(sets[layout]), "layout": layout, "split": "stratified"}
    if layout == "folders":
        source["join_look_alikes"] = False
    values["datasets"] |= {
        "cache": str(cache),
        "sources": [source],
        "min_count": 2,
        "min_character_count": 2,
        "validation": 0.3,
    }
    values["run"] |= {"steps": 2, "epochs": 0.0, "batch": 8, "workers": 0, "checkpoint_every": 1}
    values["run"] |= {"stages": [], "precision": "fp32"}
    values["task"] |= {"least_count": 1}
    for phase in values["phases"]:
        phase |= {"epochs": 0.0, "steps": 2}
    return values


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_trains_two_steps(name, sets, tmp_path, monkeypatch):
    monkeypatch.setenv("DANBOORU2020_FREQUENT", "5")
    values = small_values(name, sets, tmp_path / "cache")
    trainer, task, _ = start_run(values, tmp_path / "run")
    before = {n: v.clone() for n, v in task.network.named_parameters()}
    trainer.train()
    assert newest_checkpoint(tmp_path / "run" / "checkpoints").name == (
        f"step-{2 * max(1, len(values['phases'])):08d}"
    )
    moved = {n for n, v in task.network.named_parameters() if not torch.equal(v, before[n])}
    frozen = values["phases"] and all(phase["freeze"] for phase in values["phases"])
    assert moved
    assert any(n.startswith("backbone.") for n in moved) is not bool(frozen)


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_has_its_shapes_at_its_own_size(name):
    config = load_config(name)
    network, size = config.network, config.network.size
    with torch.device("meta"):
        images = torch.zeros(2, 3, size, size)
        if config.task.name == "multimodal":
            made = VisionLanguageNetwork(network, 7, 100, config.task.length, pretrained=False)
            tokens = torch.zeros(2, config.task.length, dtype=torch.int64)
            reading = made.eval()(images, tokens)
            assert reading.words.shape == (2, config.task.length, 100)
            logits = reading.logits
        elif network.head in {"embedding", "colours"}:
            return
        else:
            logits, _ = ClassifierNetwork(network, 7, pretrained=False).eval()(images)
    assert logits.shape == (2, 7)


def test_the_network_that_ships_has_its_shapes():
    config = load_config("anitag-small")
    logits, features = make_network(config.network, 7).eval()(torch.zeros(1, 3, 64, 64))
    assert (logits.shape, features.shape) == ((1, 7), (1, config.network.embedding))


def test_the_one_piece_grid_has_six_cells_that_differ_as_they_say():
    cells = {n: load_config(n) for n in NAMES if n.startswith("onepiece")}
    assert len(cells) == 6
    for name, config in cells.items():
        frozen = [p.freeze for p in config.phases]
        assert frozen == ([("backbone",)] if name.endswith("frozen") else [])
        optimisers = [p.optimiser for p in config.phases] or [config.optimiser]
        assert [(o.name, o.rate, o.momentum, o.beta) for o in optimisers] == [
            ("adam", 1e-3, 0.9, 0.999)
        ]
        assert (config.loss.class_weights, config.views.trivial) == ("inverse", True)
    assert [cells[f"onepiece-{m}-full"].network.size for m in ("resnet50", "effv2s", "beit")] == [
        *(224, 384, 224)
    ]


def test_legacy_targets_are_a_tenth_and_nine_tenths():
    loss = load_config("artagger-b4-legacy").loss
    assert [t + loss.smoothing * (0.5 - t) for t in (0.0, 1.0)] == pytest.approx([0.1, 0.9])


def test_the_legacy_run_waits_until_its_rate_has_come_all_the_way_down():
    config = load_config("artagger-b4-legacy")
    fine = config.phases[-1].optimiser
    lowered, rate = 0, fine.rate
    while rate > fine.floor:
        rate, lowered = max(fine.floor, rate * fine.factor), lowered + 1
    assert config.run.patience > lowered * (fine.patience + 1)


@pytest.mark.parametrize("model", sorted(BACKBONES))
def test_every_model_of_animesion_has_its_shapes_with_every_head_it_may_have(model):
    may_aggregate = model != "shallow"
    with torch.device("meta"):
        images, tokens = torch.zeros(2, 3, 128, 128), torch.zeros(2, 16, dtype=torch.int64)
        for head in ("linear", "ifa") if may_aggregate else ("linear",):
            config = NetworkConfig(backbone=BACKBONES[model], head=head, size=128)
            made = ClassifierNetwork(config, 173, pretrained=False).eval()
            assert made(images)[0].shape == (2, 173)
            if "_" in model:
                made = VisionLanguageNetwork(config, 173, 100, 16, pretrained=False).eval()
                reading = made(images, tokens)
                assert (reading.logits.shape, reading.words.shape) == ((2, 173), (2, 16, 100))
