"""The values that the fake library gives the window."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from anitag_desktop.domain.details import (
    ModelOpinion,
)
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory

ADDED = datetime(2026, 11, 12, 14, 5, tzinfo=UTC)


@dataclass
class FakePicture:
    """One picture: what the model scored and what the user said."""

    path: str
    width: int = 640
    height: int = 480
    format: str = "png"
    size: int = 123_456
    frames: int = 1
    status: ImageStatus = ImageStatus.PRESENT
    thumbnail: Path | None = None
    scores: dict[str, float] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    rating: str | None = "general"
    is_favourite: bool = False
    stars: int | None = None
    conflicts: dict[str, tuple[ModelOpinion, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeRow:
    image_id: int
    sha256: str
    path: str
    name: str
    width: int
    height: int
    format: str
    is_animated: bool
    status: ImageStatus
    thumbnail: Path | None
    is_favourite: bool
    stars: int | None


@dataclass(frozen=True)
class FakeCompletion:
    text: str
    insert: str
    start: int
    end: int
    kind: str
    category: TagCategory | None
    count: int | None
    alias_of: str | None = None


@dataclass(frozen=True)
class FakeProgress:
    state: str = "idle"
    done: int = 0
    total: int = 0
    rate: float = 0.0
    provider: str = ""
    measured: bool = False
    seconds_left: float | None = None
    error: str = ""
    note: str = ""


@dataclass(frozen=True)
class FakeAction:
    id: int
    label: str
    at: datetime = ADDED
