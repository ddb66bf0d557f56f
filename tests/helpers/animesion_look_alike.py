"""A transformer with the tensor names and the arithmetic that animesion's checkpoints have."""

import torch
from torch import nn
from torch.nn import functional

HEADS = 2


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj_q, self.proj_k, self.proj_v = (nn.Linear(width, width) for _ in range(3))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        def split(values: torch.Tensor) -> torch.Tensor:
            return values.reshape(*values.shape[:2], HEADS, -1).transpose(1, 2)

        query, key, value = (split(p(tokens)) for p in (self.proj_q, self.proj_k, self.proj_v))
        scores = (query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5).softmax(-1)
        return (scores @ value).transpose(1, 2).flatten(2)


class _Feed(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.fc2(functional.gelu(self.fc1(tokens)))


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.attn, self.proj, self.pwff = _Attention(width), nn.Linear(width, width), _Feed(width)
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=1e-12) for _ in range(2))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        tokens = tokens + self.proj(self.attn(self.norm1(tokens)))
        return tokens + self.pwff(self.norm2(tokens))


class _Positions(nn.Module):
    def __init__(self, count: int, width: int) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.randn(1, count, width))


class _Blocks(nn.Module):
    def __init__(self, depth: int, width: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_Block(width) for _ in range(depth))


class _Trunk(nn.Module):
    def __init__(self, depth: int, width: int, classes: int | None) -> None:
        super().__init__()
        self.patch_embedding = nn.Conv2d(3, width, 16, 16)
        self.class_token = nn.Parameter(torch.randn(1, 1, width))
        self.positional_embedding = _Positions(5, width)
        self.transformer = _Blocks(depth, width)
        if classes is not None:
            self.norm, self.fc = nn.LayerNorm(width, eps=1e-12), nn.Linear(width, classes)

    def layers(self, images: torch.Tensor, text: torch.Tensor | None = None) -> list[torch.Tensor]:
        patches = self.patch_embedding(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(images), -1, -1), patches], 1)
        tokens, found = tokens + self.positional_embedding.pos_embedding, []
        if text is not None:
            tokens = torch.cat([tokens, self.text_embeddings(text)], 1)
        for block in self.transformer.blocks:
            tokens = block(tokens)
            found.append(tokens)
        return found


class AnimesionLookAlike(nn.Module):
    """Class logits with the plain or the IFA head (images of 32 pixels)."""

    def __init__(self, depth: int, width: int, classes: int, *, ifa: bool) -> None:
        super().__init__()
        self.model = _Trunk(depth, width, None if ifa else classes)
        if ifa:
            self.inter_class_head = nn.Sequential(
                *(nn.Linear(depth, 1), nn.Flatten(1), nn.ReLU()),
                *(nn.LayerNorm(width, eps=1e-12), nn.Linear(width, classes)),
            )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        layers = self.model.layers(images)
        if hasattr(self, "inter_class_head"):
            return self.inter_class_head(torch.stack([one[:, 0] for one in layers], -1))
        return self.model.fc(self.model.norm(layers[-1])[:, 0])


class _Words(nn.Module):
    """What transformers calls BertEmbeddings."""

    def __init__(self, words: int, length: int, width: int) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(words, width)
        self.position_embeddings = nn.Embedding(length, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)
        self.register_buffer("position_ids", torch.arange(length)[None])

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        places = self.position_ids[:, : text.shape[1]]
        kinds = self.token_type_embeddings(torch.zeros_like(text))
        return self.LayerNorm(self.word_embeddings(text) + self.position_embeddings(places) + kinds)


class AnimesionViltLookAlike(nn.Module):
    """Class logits from picture and text, under the head ``fc``, ``class_head`` or ``ifa``.

    With ``class_head`` and ``ifa`` it was trained to guess words, too.
    """

    def __init__(self, depth: int, width: int, classes: int, head: str) -> None:
        super().__init__()
        self._head = head
        self.model = _Trunk(depth, width, classes if head == "fc" else None)
        self.model.text_embeddings = _Words(11, 8, width)
        if head == "ifa":
            self.inter_class_head = AnimesionLookAlike(
                depth, width, classes, ifa=True
            ).inter_class_head
        if head == "class_head":
            self.class_head = nn.Sequential(
                nn.LayerNorm(width, eps=1e-12), nn.Linear(width, classes)
            )
        if head != "fc":
            self.mlm_head = nn.Sequential(
                nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width, eps=1e-12)
            )
            self.text_decoder = nn.Linear(width, 11, bias=False)
            self.text_decoder.weight = self.model.text_embeddings.word_embeddings.weight
            self.decoder_bias = nn.Parameter(torch.randn(11))

    def forward(self, images: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        layers = self.model.layers(images, text)
        if self._head == "ifa":
            return self.inter_class_head(torch.stack([one[:, 0] for one in layers], -1))
        if self._head == "class_head":
            return self.class_head(layers[-1][:, 0])
        return self.model.fc(self.model.norm(layers[-1])[:, 0])
