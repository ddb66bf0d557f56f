"""Low-rank adaptation: begins at nothing, moves only its own weights, merges without a trace."""

import copy

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import VIT, start_run, toy_config  # noqa: E402
from training.config import NetworkConfig, config_from  # noqa: E402
from training.exporting import load_network  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.freezing import freeze  # noqa: E402
from training.networks.loading import load_weights  # noqa: E402
from training.networks.lora import DOWN, add_lora, is_lora, merge_lora  # noqa: E402
from training.networks.making import make_network  # noqa: E402
from training.networks.vision_language import VisionLanguageNetwork  # noqa: E402
from training.starting import read_weights  # noqa: E402
from training.tokens.masking import hidden_prompt  # noqa: E402
from training.tokens.tag_vocabulary import TagVocabulary  # noqa: E402

pytestmark = pytest.mark.training


def network(seed=0, rank=4, **more):
    torch.manual_seed(seed)
    config = NetworkConfig(**{**VIT, "head": "linear", "dropout": 0.0, "lora_rank": rank, **more})
    return ClassifierNetwork(config, 3)


@pytest.fixture
def images():
    return torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def trained(made, images):
    freeze(made, ())
    moving = [p for p in made.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(moving, 0.5)
    for _ in range(3):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(made(images)[0], torch.tensor([0, 1, 2, 0])).backward()
        optimiser.step()
    return made.eval()


def test_it_begins_as_the_network_that_it_adapts(images):
    plain, adapted = network(rank=0).eval(), network(seed=9).eval()
    report = load_weights(adapted, plain.state_dict(), "strict")
    assert not report.missing
    assert torch.equal(adapted(images)[0], plain(images)[0])


def test_only_its_parts_and_the_head_move(images):
    made = network()
    before = copy.deepcopy(made.state_dict())
    trained(made, images)
    changed = {n for n, v in made.state_dict().items() if not torch.equal(v, before[n])}
    assert changed == {n for n in before if is_lora(n) or n.startswith("head.")}
    # Query, key and value in one layer, and the projection, of each of the two blocks.
    assert sum(n.endswith(DOWN) for n in changed) == 4


def test_a_frozen_backbone_keeps_its_adaptation_too():
    made = network()
    freeze(made, ["backbone"])
    assert {n for n, p in made.named_parameters() if p.requires_grad} == {
        n for n, _ in made.named_parameters() if n.startswith("head.")
    }


def test_merged_it_answers_the_same_without_a_trace(images):
    made = trained(network(), images)
    expected = made(images)[0]
    merge_lora(made)
    assert torch.allclose(made(images)[0], expected, atol=1e-5)
    assert made.state_dict().keys() == network(rank=0).state_dict().keys()
    merge_lora(made)  # nothing is left to merge
    assert torch.allclose(made(images)[0], expected, atol=1e-5)


def test_a_run_goes_on_and_is_exported_merged(tmp_path):
    root = write_class_folders(tmp_path / "set", 30)
    values = toy_config(root, "folders", network={"lora_rank": 2}, run={"steps": 4, "until": 2})
    start_run(values, tmp_path / "run")[0].train()
    whole = {**values, "run": {**values["run"], "until": 0}}
    trainer, task, _ = start_run(whole, tmp_path / "run")
    trainer.train()
    assert trainer.step == 4
    assert any(is_lora(name) for name in task.network.state_dict())
    packaged = load_network(config_from(whole), 3, read_weights(tmp_path / "run"))
    assert not any(is_lora(name) for name in packaged.state_dict())


def test_beit_is_adapted_in_query_key_and_value_too(images):
    plain = network(rank=0, backbone="beit_base_patch16_224").eval()
    made = network(seed=9, backbone="beit_base_patch16_224")
    load_weights(made, plain.state_dict(), "strict")
    assert torch.allclose(made.eval()(images)[0], plain(images)[0], atol=1e-6)
    before = copy.deepcopy(made.state_dict())
    trained(made, images)
    changed = {n for n, v in made.state_dict().items() if not torch.equal(v, before[n])}
    assert {n for n in before if n.endswith("qkv.lora_up")} <= changed
    expected = made(images)[0]
    merge_lora(made)
    assert torch.allclose(made(images)[0], expected, atol=1e-5)


def test_without_attention_the_convolutions_are_adapted(images):
    sizes = {"backbone": "residual", "depth": 0, "width": 4, "heads": 0}
    plain, made = network(rank=0, **sizes).eval(), network(seed=9, **sizes)
    load_weights(made, plain.state_dict(), "strict")
    assert torch.equal(made.eval()(images)[0], plain(images)[0])
    before = copy.deepcopy(made.state_dict())
    trained(made, images)
    changed = {n for n, v in made.state_dict().items() if not torch.equal(v, before[n])}
    assert changed == {n for n in before if is_lora(n) or n.startswith("head.")}
    expected = made(images)[0]
    merge_lora(made)
    assert set(made.state_dict()) == set(plain.state_dict())
    assert torch.allclose(made(images)[0], expected, atol=1e-5)


@pytest.mark.parametrize("head", [{"head": "embedding"}, {"head": "colours", "colour_maps": 3}])
def test_taggers_are_adapted_like_every_network(head):
    backbone = "residual" if head["head"] == "colours" else "mobilenetv4_conv_small"
    config = NetworkConfig(backbone=backbone, embedding=32, size=32, lora_rank=4, **head)
    made = make_network(config, 5)
    freeze(made, ())
    moving = {name for name, one in made.named_parameters() if one.requires_grad}
    assert any(is_lora(name) for name in moving)
    assert not any(name.startswith("backbone.") and not is_lora(name) for name in moving)
    assert {"head.weight", "head.bias"} <= moving


def test_a_network_that_reads_tags_is_exported_with_its_parts_merged(images):
    torch.manual_seed(0)
    source = {"name": "any", "path": "anywhere"}
    values = {"task": {"name": "multimodal", "length": 6}, "datasets": {"sources": [source]}}
    config = config_from({**values, "network": {**VIT, "head": "linear", "lora_rank": 2}})
    words = TagVocabulary([("hat", 3)], {})
    made = VisionLanguageNetwork(config.network, 3, words.size, 6).eval()
    with torch.no_grad():
        for name, value in made.named_parameters():
            if is_lora(name):
                value.normal_()
    expected = made(images, hidden_prompt(len(images), 6, words)).logits.softmax(1)
    packaged = load_network(config, 3, made.state_dict(), words)
    assert not any(is_lora(name) for name in packaged.state_dict())
    assert torch.allclose(packaged(images)[0], expected, atol=1e-5)


def test_a_network_without_anything_to_adapt_is_refused():
    with pytest.raises(ValueError, match="neither attention nor convolutions"):
        add_lora(torch.nn.Sequential(torch.nn.Linear(2, 2)), 2, 2.0)
