"""Networks of one picture: every backbone and head gives its shapes and learns."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.backbones import make_backbone  # noqa: E402
from training.networks.classifier import ClassifierNetwork  # noqa: E402
from training.networks.heads import legacy_logits  # noqa: E402
from training.networks.ifa import Aggregation, chosen_blocks  # noqa: E402
from training.networks.making import make_network  # noqa: E402

pytestmark = pytest.mark.training

SMALL = {"backbone": "vit_tiny_patch16_224", "size": 32, "depth": 3, "width": 24, "heads": 2}


def vit(**changes):
    return NetworkConfig(**{**SMALL, "head": "linear", "dropout": 0.0, **changes})


@pytest.mark.parametrize("head", ["linear", "ifa", "concat_pool", "leaky", "ml_decoder"])
@pytest.mark.parametrize("backbone", ["vit_tiny_patch16_224", "test_resnet"])
def test_every_head_fits_every_backbone(backbone, head):
    sizes = SMALL if backbone.startswith("vit") else {"size": 32, "backbone": backbone}
    network = ClassifierNetwork(NetworkConfig(**{**sizes, "head": head}), 5)
    logits, features = network(torch.randn(2, 3, 32, 32))
    assert logits.shape == (2, 5)
    assert features.shape == (2, network.feature_width)
    logits.sum().backward()
    assert all(p.grad is not None for p in network.head.parameters())


@pytest.mark.parametrize("head", ["linear", "ifa", "concat_pool", "leaky", "ml_decoder"])
def test_every_head_fits_a_backbone_that_keeps_its_channels_last(head):
    with torch.device("meta"):
        config = NetworkConfig(backbone="swin_tiny_patch4_window7_224", size=64, head=head)
        network = ClassifierNetwork(config, 5).eval()
        logits, features = network(torch.zeros(2, 3, 64, 64))
    assert (logits.shape, features.shape) == ((2, 5), (2, network.feature_width))


@pytest.mark.parametrize(
    "name", ["vit_tiny_patch16_224", "beit_base_patch16_224", "shallow", "resnet18"]
)
def test_backbones_come_by_name_at_small_sizes(name):
    sizes = {"depth": 2, "width": 24, "heads": 2} if "patch" in name else {}
    config = NetworkConfig(backbone=name, size=48, head="linear", **sizes)
    logits, _ = ClassifierNetwork(config, 3).eval()(torch.randn(1, 3, 48, 48))
    assert logits.shape == (1, 3)


@pytest.mark.parametrize(
    "name",
    [
        *("deit_tiny_patch16_224", "eva02_tiny_patch14_224", "swinv2_tiny_window8_256"),
        *("mobilevit_xxs", "efficientvit_b0", "fastvit_t8", "davit_tiny", "tiny_vit_5m_224"),
    ],
)
def test_transformers_of_every_family_take_another_size_than_their_own(name):
    with torch.device("meta"):
        made = ClassifierNetwork(NetworkConfig(backbone=name, size=128, head="linear"), 3)
        assert made.eval()(torch.zeros(1, 3, 128, 128))[0].shape == (1, 3)


@pytest.mark.parametrize("setting", ["depth", "width", "heads", "block_dropout"])
def test_what_a_backbone_does_not_take_is_an_error_and_not_left_out(setting):
    config = NetworkConfig(backbone="test_resnet", size=32, head="linear", **{setting: 0.5})
    with pytest.raises(AnitagError, match="test_resnet cannot be made with these settings"):
        make_backbone(config)


@pytest.mark.parametrize("head", ["linear", "leaky"])
def test_a_backbone_that_widens_what_it_pooled_has_a_head_as_wide(head):
    config = NetworkConfig(backbone="mobilenetv4_conv_small_035", size=32, head=head)
    logits, features = ClassifierNetwork(config, 5)(torch.randn(2, 3, 32, 32))
    assert logits.shape == (2, 5)
    assert features.shape[1] == 1280


def test_an_unknown_backbone_is_named():
    with pytest.raises(AnitagError, match="'nonsense' is not a network"):
        make_backbone(NetworkConfig(backbone="nonsense", head="linear"))


@pytest.mark.parametrize("name", ["vit_base_patch16_224.augreg_in21k", "vit_large_patch16_224"])
def test_ifa_costs_one_parameter_a_block_and_one_more(name):
    with torch.device("meta"):
        plain = ClassifierNetwork(NetworkConfig(backbone=name, size=128, head="linear"), 7)
        ifa = ClassifierNetwork(NetworkConfig(backbone=name, size=128, head="ifa"), 7)
    blocks = len(ifa.backbone.blocks)
    extra = sum(p.numel() for p in ifa.parameters()) - sum(p.numel() for p in plain.parameters())
    assert extra == blocks + 1
    assert ifa.head.aggregation.weight.shape == (blocks, 1)


def test_ifa_reads_the_class_token_after_each_block_before_the_norm():
    network = ClassifierNetwork(vit(head="ifa"), 4).eval()
    images, seen = torch.randn(2, 3, 32, 32), []
    hooks = [
        b.register_forward_hook(lambda _m, _i, out: seen.append(out[:, 0]))
        for b in network.backbone.blocks
    ]
    logits, _, layers = network.observe(images)
    for hook in hooks:
        hook.remove()
    assert torch.equal(layers, torch.stack(seen, 1))
    head = network.head
    summed = (layers.transpose(1, 2) @ head.aggregation.weight).squeeze(2) + head.aggregation.bias
    assert torch.allclose(logits, head.logits(head.norm(torch.relu(summed))), atol=1e-6)


def test_ifa_starts_alive_for_twenty_seeds():
    for seed in range(20):
        torch.manual_seed(seed)
        layers = torch.randn(4, 12, 768)
        assert (Aggregation(12, 768)(layers) == 0).float().mean() < 0.9


@pytest.mark.parametrize("kind", ["scalar", "softmax", "per_feature"])
def test_ifa_weighs_in_three_ways(kind):
    assert Aggregation(3, 8, kind)(torch.randn(2, 3, 8)).shape == (2, 8)


def test_blocks_are_chosen_by_words():
    assert chosen_blocks("all", 3) == [0, 1, 2]
    assert chosen_blocks("last:2", 5) == [3, 4]
    assert chosen_blocks("0,4", 5) == [0, 4]
    for wrong in ("last:9", "5", "x", "last:0"):
        with pytest.raises(AnitagError, match="ifa_layers"):
            chosen_blocks(wrong, 5)


def test_the_legacy_head_has_the_fault_of_the_golden_vector():
    probability = torch.sigmoid(legacy_logits(torch.tensor([-10.0, -61.9, 50.0])))
    assert probability[:2].tolist() == pytest.approx([0.4750, 0.35], abs=5e-4)
    assert probability[2].item() == pytest.approx(1 / (1 + 2.718281828**-10))


def test_published_weights_are_never_replaced_by_random_ones(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    config = NetworkConfig(backbone="vit_tiny_patch16_224", head="linear", pretrained=True)
    with pytest.raises(AnitagError) as caught:
        make_backbone(config)
    text = str(caught.value)
    assert caught.value.code == "weights_absent"
    for part in ("timm/vit_tiny_patch16_224", "model.safetensors", "MB", "training weights FILE"):
        assert part in text
    assert "the page shows its sha256" in text


@pytest.mark.parametrize(
    ("backbone", "head", "words"),
    [
        ("test_resnet", "embedding", "weights of test_resnet are not"),
        ("residual", "colours", "residual has no published weights"),
        ("shallow", "linear", "shallow has no published weights"),
    ],
)
def test_no_network_takes_random_weights_where_published_ones_were_asked_for(
    backbone, head, words, monkeypatch
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    config = NetworkConfig(backbone=backbone, head=head, size=32, pretrained=True)
    with pytest.raises(AnitagError, match=words):
        make_network(config, 3)
    assert make_network(config, 3, pretrained=False)


def test_what_is_known_of_a_files_sha256_is_named(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    for name, digest in (
        *(("resnet50.tv2_in1k", "11ad3fa6"), ("efficientnet_b4.ra2_in1k", "7eb33cd5")),
        *(("resnet34.tv_in1k", "b627a593"), ("tf_efficientnetv2_s.in1k", "eb54923e")),
    ):
        config = NetworkConfig(backbone=name, head="linear", pretrained=True)
        with pytest.raises(AnitagError, match=f"-{digest}.pth .its sha256 begins with {digest}"):
            make_backbone(config)


def test_imported_weights_are_taken(tmp_path, monkeypatch):
    import timm
    from safetensors.torch import save_file

    source = timm.create_model("test_vit", num_classes=0)
    save_file(source.state_dict(), tmp_path / "test_vit.safetensors")
    monkeypatch.setenv("ANITAG_WEIGHTS", str(tmp_path))
    config = NetworkConfig(backbone="test_vit", size=64, head="linear", pretrained=True)
    taken = make_backbone(config)
    assert torch.equal(taken.blocks[0].attn.qkv.weight, source.blocks[0].attn.qkv.weight)


def test_imported_weights_are_taken_where_the_published_ones_have_another_format(
    tmp_path, monkeypatch
):
    """Google's transformers are published as arrays of NumPy; on the hub and here they are not."""
    import timm
    from safetensors.torch import save_file

    name = "vit_base_patch16_224.augreg_in21k"
    sizes = {"depth": 1, "embed_dim": 24, "num_heads": 2}
    source = timm.create_model(name.partition(".")[0], num_classes=7, **sizes)
    save_file(source.state_dict(), tmp_path / f"{name}.safetensors")
    monkeypatch.setenv("ANITAG_WEIGHTS", str(tmp_path))
    config = NetworkConfig(
        backbone=name, size=128, depth=1, width=24, heads=2, head="linear", pretrained=True
    )
    taken = make_backbone(config)
    assert torch.equal(taken.blocks[0].attn.qkv.weight, source.blocks[0].attn.qkv.weight)
    assert taken.pos_embed.shape == (1, 65, 24)


def test_ifa_without_blocks_or_stages_is_said_in_a_sentence():
    with pytest.raises(AnitagError, match="blocks or stages"):
        ClassifierNetwork(NetworkConfig(backbone="shallow", size=32, head="ifa"), 3)
