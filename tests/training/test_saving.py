"""Checkpoints that fit no more say so."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

torch = pytest.importorskip("torch")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.checkpoint import Checkpoint  # noqa: E402
from training.saving import Trained  # noqa: E402


def test_a_checkpoint_of_more_labels_names_what_does_not_fit():
    task = cast("Any", SimpleNamespace(network=torch.nn.Linear(3, 2), extra=torch.nn.Identity()))
    found = Checkpoint(7, torch.nn.Linear(3, 4).state_dict(), {}, {}, {})
    with pytest.raises(AnitagError, match=r"step 7 is not.*labels, classes.*size mismatch"):
        Trained(task, cast("Any", None)).restore(found, None)
