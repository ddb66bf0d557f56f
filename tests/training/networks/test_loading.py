"""Loading in part: exactly the named tensors change; frozen parts do not move."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.freezing import freeze, train_mode  # noqa: E402
from training.networks.loading import PARTS, load_weights  # noqa: E402

pytestmark = pytest.mark.training


def network(seed, size=32, head="linear", classes=4):
    torch.manual_seed(seed)
    config = NetworkConfig(
        backbone="vit_tiny_patch16_224", size=size, depth=2, width=24, heads=2, head=head
    )
    made = ClassifierNetwork(config, classes)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_()
    return made


def plain(made):
    return {name: value.clone() for name, value in made.state_dict().items()}


@pytest.mark.parametrize("mode", sorted(PARTS))
def test_a_partial_mode_changes_exactly_its_tensors(mode):
    source, target = network(1), network(2)
    before = plain(target)
    report = load_weights(target, plain(source), mode)
    changed = {n for n, v in target.state_dict().items() if not torch.equal(v, before[n])}
    assert changed == set(PARTS[mode]) == set(report.loaded)
    assert all(torch.equal(target.state_dict()[n], source.state_dict()[n]) for n in changed)


def test_positions_are_resampled_to_another_size():
    source, target = network(1, size=32), network(2, size=64)
    report = load_weights(target, plain(source), "posembeddings")
    assert report.resampled == ("backbone.pos_embed",)
    assert torch.equal(target.backbone.pos_embed[:, 0], source.backbone.pos_embed[:, 0])


@pytest.mark.parametrize("head", ["linear", "ifa"])
def test_transfer_takes_all_but_the_head(head):
    source, target = network(1, head=head, classes=4), network(2, head=head, classes=9)
    before = plain(target)
    report = load_weights(target, plain(source), "transfer")
    changed = {n for n, v in target.state_dict().items() if not torch.equal(v, before[n])}
    assert changed == {n for n in before if n.startswith("backbone.")}
    assert all(n.startswith("head.") for n in (*report.skipped, *report.missing))


def test_nothing_loaded_and_too_little_loaded_are_errors():
    with pytest.raises(AnitagError, match="none of its tensors"):
        load_weights(network(1), {"other": torch.zeros(1)}, "transfer")
    wider = {"backbone.pos_embed": torch.zeros(1, 5, 48)}
    with pytest.raises(AnitagError, match="none of its tensors"):
        load_weights(network(1), wider, "posembeddings")
    with pytest.raises(AnitagError, match=r"absent or of another shape: head\.logits"):
        load_weights(network(1), plain(network(2, classes=9)), "strict")


def test_frozen_parts_stay_bit_for_bit_with_their_norms():
    made = ClassifierNetwork(NetworkConfig(backbone="test_resnet", size=32, head="linear"), 3)
    before = plain(made)
    freeze(made, ["backbone"])
    optimiser = torch.optim.SGD([p for p in made.parameters() if p.requires_grad], lr=0.1)
    for _ in range(20):
        train_mode(made, ["backbone"])
        made(torch.randn(4, 3, 32, 32))[0].square().sum().backward()
        optimiser.step()
    after = made.state_dict()
    moved = {n for n in before if not torch.equal(before[n], after[n])}
    assert moved == {"head.logits.weight", "head.logits.bias"}


def test_frozen_norms_may_follow_the_pictures_as_in_fastai():
    made = ClassifierNetwork(NetworkConfig(backbone="test_resnet", size=32, head="linear"), 3)
    before = plain(made)
    train_mode(made, ["backbone"], frozen_norm="train")
    made(torch.randn(4, 3, 32, 32))
    moved = {n for n, v in made.state_dict().items() if not torch.equal(before[n], v)}
    assert moved
    assert all("running" in n or "num_batches" in n for n in moved)


@pytest.mark.parametrize("backbone", ["shallow", "test_efficientnet", "test_resnet"])
def test_transfer_takes_the_backbone_of_every_kind_of_network(backbone):
    config = NetworkConfig(backbone=backbone, size=32, head="linear")
    source, target = (ClassifierNetwork(config, classes) for classes in (4, 9))
    report = load_weights(target, plain(source), "transfer")
    own = target.state_dict()
    assert set(report.loaded) == {name for name in own if name.startswith("backbone.")}
    assert all(torch.equal(own[name], source.state_dict()[name]) for name in report.loaded)
    assert set(report.missing) == {"head.logits.bias", "head.logits.weight"}
