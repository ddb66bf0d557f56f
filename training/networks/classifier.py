"""A backbone with one of the heads: what recognition and tagging are learnt with."""

import torch
from torch import nn

from training.config import NetworkConfig
from training.networks.backbones import is_transformer, make_backbone
from training.networks.heads import ConcatPoolHead, IfaHead, LeakyHead, LinearHead, StageProjection
from training.networks.ifa import chosen_blocks
from training.networks.layers import as_map, block_count, block_vectors, stage_vectors
from training.networks.ml_decoder import MlDecoderHead

MAP_HEADS = ("concat_pool", "ml_decoder")


class ClassifierNetwork(nn.Module):
    """Maps normalised pictures (B x 3 x S x S) to logits (B x C) and features (B x D)."""

    def __init__(
        self, config: NetworkConfig, classes: int, *, pretrained: bool | None = None
    ) -> None:
        super().__init__()
        self._config = config
        self.backbone = make_backbone(config, pretrained=pretrained)
        self.width = int(self.backbone.num_features)  # type: ignore[arg-type]
        # Some backbones widen what they have pooled: MobileNetV4, for example.
        self._pooled = int(getattr(self.backbone, "head_hidden_size", self.width))
        self.stages: StageProjection | None = None
        self.blocks: list[int] = []
        if config.head == "ifa":
            self._choose_blocks()
        self.head = self._make_head(classes)

    @property
    def feature_width(self) -> int:
        """The width of the features that come with the logits."""
        looks_deeper = self._config.head == "ifa" or self._config.head in MAP_HEADS
        return self.width if looks_deeper else self._pooled

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits and features; pictures are normalised as the backbone wants them."""
        logits, features, _ = self.observe(images)
        return logits, features

    def observe(
        self, images: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """Return logits, features, and with IFA what each block says (B x L x D)."""
        if self._config.head == "ifa":
            layers = self._layers(images)
            return *self.head(layers), layers
        if self._config.head in MAP_HEADS:
            found = self._map(images)
            return self.head(found), found.mean((2, 3)), None
        features = self.backbone(images)
        return self.head(features), features, None

    def _choose_blocks(self) -> None:
        self.blocks = chosen_blocks(self._config.ifa_layers, block_count(self.backbone))
        if is_transformer(self.backbone):
            # The head has a norm of its own; the backbone's would never be used.
            self.backbone.norm = nn.Identity()
        else:
            widths = [stage["num_chs"] for stage in self.backbone.feature_info]  # type: ignore[union-attr]
            self.stages = StageProjection([widths[i] for i in self.blocks], self.width)

    def _layers(self, images: torch.Tensor) -> torch.Tensor:
        if self.stages is not None:
            found = stage_vectors(self.backbone, images)
            return self.stages([found[i] for i in self.blocks])
        _, vectors = block_vectors(self.backbone, images, self._config.ifa_tokens)
        return torch.stack([vectors[i] for i in self.blocks], 1)

    def _map(self, images: torch.Tensor) -> torch.Tensor:
        """Return the backbone's last map (B x D x H x W); a transformer's patches as a square."""
        return as_map(self.backbone.forward_features(images), self.backbone)  # type: ignore[operator]

    def _make_head(self, classes: int) -> nn.Module:
        config = self._config
        if config.head == "ifa":
            return IfaHead(len(self.blocks), self.width, classes, config.ifa_aggregate)
        if config.head == "concat_pool":
            return ConcatPoolHead(self.width, classes)
        if config.head == "ml_decoder":
            return MlDecoderHead(self.width, classes)
        if config.head.startswith("leaky"):
            return LeakyHead(self._pooled, classes, legacy=config.head == "leaky_legacy")
        return LinearHead(self._pooled, classes, config.dropout)
