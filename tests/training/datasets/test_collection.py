"""What a config's pictures are kept in."""

import pytest

pytest.importorskip("torch")

from training.config import load_config
from training.datasets.collection import MARGIN, cache_of


def test_the_cache_holds_enough_for_the_largest_stage() -> None:
    stages = "[{start=0.0, size=64}, {start=0.5, size=160}]"
    config = load_config("anitag-small", ["network.size=96", f"run.stages={stages}"])
    cache = cache_of(config)
    assert cache is not None
    assert cache.preset.side == round(160 * MARGIN)
