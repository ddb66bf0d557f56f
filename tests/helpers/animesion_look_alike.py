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

    def layers(self, images: torch.Tensor) -> list[torch.Tensor]:
        patches = self.patch_embedding(images).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_token.expand(len(images), -1, -1), patches], 1)
        tokens, found = tokens + self.positional_embedding.pos_embedding, []
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
