"""ViLT: padding has no influence, the word head shares its matrix, both heads work."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.attention import recorded_attention, rollout  # noqa: E402
from training.networks.backbones import make_backbone  # noqa: E402
from training.networks.vision_language import VisionLanguageNetwork  # noqa: E402

pytestmark = pytest.mark.training


def network(head="linear", length=12):
    torch.manual_seed(0)
    config = NetworkConfig(
        backbone="vit_tiny_patch16_224", size=32, depth=3, width=24, heads=2, head=head
    )
    return VisionLanguageNetwork(config, 5, words=11, length=length).eval()


@pytest.mark.parametrize("head", ["linear", "ifa"])
def test_it_reads_pictures_and_words(head):
    reading = network(head)(torch.randn(2, 3, 32, 32), torch.tensor([[2, 5, 3, 0]] * 2))
    assert reading.logits.shape == (2, 5)
    assert reading.words.shape == (2, 4, 11)
    assert reading.layers.shape == (2, 3, 24)


@pytest.mark.parametrize("head", ["linear", "ifa"])
def test_padding_has_no_influence(head):
    made, images = network(head, length=32), torch.randn(2, 3, 32, 32)
    words = torch.tensor([[2, 5, 6, 3]] * 2)
    short = torch.nn.functional.pad(words, (0, 12))
    long = torch.nn.functional.pad(words, (0, 28))
    assert torch.allclose(made(images, short).logits, made(images, long).logits, atol=1e-6)
    assert torch.allclose(made(images, words).words, made(images, long).words[:, :4], atol=1e-6)


def test_a_network_without_tokens_cannot_read_tags():
    with pytest.raises(AnitagError, match="no transformer"):
        VisionLanguageNetwork(NetworkConfig(backbone="test_resnet"), 3, words=9, length=4)


def test_words_do_have_influence_and_share_one_matrix():
    made, images = network(), torch.randn(1, 3, 32, 32)
    one, other = (made(images, torch.tensor([[2, w, 3]])).logits for w in (5, 6))
    assert not torch.allclose(one, other)
    names = [n for n, p in made.named_parameters() if p.shape == (11, 24)]
    assert names == ["text.words.weight"]


@pytest.mark.parametrize("head", ["linear", "ifa"])
def test_attention_is_recorded_under_every_head_and_rolls_out_to_the_patches(head):
    made, images = network(head), torch.randn(2, 3, 32, 32)
    with recorded_attention(made.backbone) as scores:
        made(images, torch.tensor([[2, 5, 3, 0]] * 2))
    assert [s.shape for s in scores] == [(2, 2, 9, 9)] * 3
    assert torch.allclose(scores[0].sum(-1), torch.ones(2, 2, 9), atol=1e-5)
    assert (scores[2][..., 8] == 0).all()
    maps = rollout(scores, patches=4)
    assert maps.shape == (3, 2, 2, 2)
    first = scores[0].mean(1) + torch.eye(9)
    first = first / first.sum(-1, keepdim=True)
    assert torch.allclose(maps[0].reshape(2, 4), first[:, 0, 1:5], atol=1e-6)
    second = scores[1].mean(1) + torch.eye(9)
    second = second / second.sum(-1, keepdim=True)
    assert torch.allclose(maps[1].reshape(2, 4), (second @ first)[:, 0, 1:5], atol=1e-6)


def test_the_scores_of_beit_are_what_its_layer_computes():
    torch.manual_seed(0)
    sizes = {"depth": 2, "width": 24, "heads": 2}
    made = make_backbone(NetworkConfig(backbone="beit_base_patch16_224", size=32, **sizes)).eval()
    layer, kept = made.blocks[1].attn, {}
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.normal_(std=0.3)
    layer.register_forward_hook(lambda m, i, o: kept.update(tokens=i[0], out=o))
    with recorded_attention(made) as scores:
        made(torch.randn(1, 3, 32, 32))
    packed = layer.qkv(kept["tokens"]) + torch.cat((layer.q_bias, layer.k_bias, layer.v_bias))
    values = packed.reshape(1, -1, 3, 2, 12).permute(2, 0, 3, 1, 4)[2]
    rebuilt = (scores[1] @ values).transpose(1, 2).reshape(1, -1, 24)
    assert torch.allclose(layer.proj(rebuilt), kept["out"], atol=1e-5)
    assert rollout(scores, 4).shape == (2, 1, 2, 2)


def test_recorded_scores_are_what_the_layer_computes():
    made, images = network(), torch.randn(1, 3, 32, 32)
    block, kept = made.backbone.blocks[0], {}
    block.attn.register_forward_hook(lambda m, i, o: kept.update(tokens=i[0], out=o))
    with recorded_attention(made.backbone) as scores:
        made(images, torch.tensor([[2, 5, 3]]))
    values = block.attn.qkv(kept["tokens"]).reshape(1, -1, 3, 2, 12).permute(2, 0, 3, 1, 4)[2]
    rebuilt = (scores[0] @ values).transpose(1, 2).reshape(1, -1, 24)
    assert torch.allclose(block.attn.proj(rebuilt), kept["out"], atol=1e-5)
