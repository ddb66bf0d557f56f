"""ViLT: one encoder reads the patches of a picture and the tokens of a text together."""

from dataclasses import dataclass

import torch
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.config import NetworkConfig
from training.networks.backbones import is_transformer, make_backbone
from training.networks.heads import IfaHead
from training.networks.ifa import chosen_blocks
from training.networks.layers import block_count

EPSILON = 1e-12
DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """Logits of classes (B x C) and tokens (B x T x V), features (B x D), blocks (B x L x D)."""

    logits: torch.Tensor
    words: torch.Tensor
    features: torch.Tensor
    layers: torch.Tensor


class TextEmbedding(nn.Module):
    """Word, position and modality embeddings of a text's tokens, normalised."""

    def __init__(self, words: int, length: int, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.positions = nn.Embedding(length, width)
        self.modality = nn.Parameter(torch.zeros(width))
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.dropout = nn.Dropout(DROPOUT)
        for table in (self.words, self.positions):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return B x T x D of token ids (B x T)."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        embedded = self.words(tokens) + self.positions(places) + self.modality
        return self.dropout(self.norm(embedded))


class WordHead(nn.Module):
    """Says which token stood at each place; its matrix is the embedding's own."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        width = embedding.embedding_dim
        self.transform = nn.Sequential(
            nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width, eps=EPSILON)
        )
        self.bias = nn.Parameter(torch.zeros(embedding.num_embeddings))

    def forward(self, tokens: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
        """Return logits (B x T x V) of tokens (B x T x D); ``matrix`` is V x D."""
        return self.transform(tokens) @ matrix.T + self.bias


class VisionLanguageNetwork(nn.Module):
    """A transformer over class token, patches and text; padding is seen by nobody.

    Beside animesion's: a modality embedding for pictures and for texts, a mask over padding, and
    the final norm before the heads that do not aggregate blocks.
    """

    def __init__(
        self,
        config: NetworkConfig,
        classes: int,
        words: int,
        length: int,
        *,
        pretrained: bool | None = None,
    ) -> None:
        super().__init__()
        self.backbone = make_backbone(config, pretrained=pretrained)
        if not is_transformer(self.backbone):
            reason = f"{config.backbone} is no transformer, which reading tags with pictures needs"
            raise AnitagError("bad_config", path="network.backbone", reason=reason)
        self.width = int(self.backbone.num_features)  # type: ignore[arg-type]
        self.text = TextEmbedding(words, length, self.width)
        self.modality = nn.Parameter(torch.zeros(self.width))
        self.blocks = chosen_blocks(config.ifa_layers, block_count(self.backbone))
        if config.head == "ifa":
            self.head: nn.Module = IfaHead(
                len(self.blocks), self.width, classes, config.ifa_aggregate
            )
        else:
            self.head = nn.Linear(self.width, classes)
        self.words = WordHead(self.text.words)

    def forward(self, images: torch.Tensor, tokens: torch.Tensor, padding: int = 0) -> Reading:
        """Read pictures (B x 3 x S x S) with texts (B x T ids); ``padding`` is its token's id."""
        sequence, seen = self._sequence(images, tokens, padding)
        layers = []
        for block in self.backbone.blocks:  # type: ignore[union-attr]
            sequence = block(sequence, attn_mask=seen)
            layers.append(sequence[:, 0])
        final = self.backbone.norm(sequence)  # type: ignore[operator]
        chosen = torch.stack([layers[i] for i in self.blocks], 1)
        logits, features = self._classify(final, chosen)
        words = self.words(final[:, -tokens.shape[1] :], self.text.words.weight)
        return Reading(logits, words, features, chosen)

    def _classify(
        self, final: torch.Tensor, layers: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if isinstance(self.head, IfaHead):
            logits, features = self.head(layers)
            return logits, features
        return self.head(final[:, 0]), final[:, 0]

    def _sequence(
        self, images: torch.Tensor, tokens: torch.Tensor, padding: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the sequence (B x N x D) and who may be looked at (B x 1 x 1 x N, bool)."""
        backbone = self.backbone
        patches = backbone._pos_embed(backbone.patch_embed(images))  # type: ignore[operator]  # noqa: SLF001
        pictured = backbone.norm_pre(patches) + self.modality  # type: ignore[operator]
        sequence = torch.cat([pictured, self.text(tokens)], 1)
        always = torch.ones(pictured.shape[:2], dtype=torch.bool, device=tokens.device)
        seen = torch.cat([always, tokens != padding], 1)
        return sequence, seen[:, None, None, :]
