"""Makes the network that a config names for pictures alone."""

from torch import nn

from training.config import NetworkConfig
from training.networks.classifier import ClassifierNetwork
from training.networks.colour_network import ColourNetwork
from training.networks.tagging import TaggingNetwork


def make_network(
    config: NetworkConfig, labels: int, *, pretrained: bool | None = None
) -> nn.Module:
    """Return a network whose logits (B x labels) come with features (B x D).

    ``pretrained`` overrides the config's: False where weights of its own follow.
    """
    if config.head == "embedding":
        return TaggingNetwork(config, labels, pretrained=pretrained)
    if config.head == "colours":
        return ColourNetwork(config, labels, pretrained=pretrained)
    return ClassifierNetwork(config, labels, pretrained=pretrained)
