"""Pictures of strangers meet a decoder in another process, which they may fell or hold up."""

import os
import time
from threading import Thread

import pytest

from tests.training.collecting.test_urls import picture
from training.collecting.child import ChildFailedError
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.picture_check import PictureChecker, decoded

pytestmark = pytest.mark.integration

DEADLY, HANGING, LYING, FAILING = (picture(seed) for seed in (11, 12, 13, 14))


def weak(content):
    """Decode as a decoder would that some bytes break."""
    if content == DEADLY:
        os._exit(1)
    if content == HANGING:
        time.sleep(600)
    if content == FAILING:
        raise LookupError("ours")
    if content == LYING:
        return {"suffix": "/../x", "width": "wide", "height": 1}
    return decoded(content)


def test_what_breaks_the_decoder_is_damaged_and_the_next_is_decoded():
    checker = PictureChecker(patience=3.0, answer=weak)
    try:
        for content, words in ((DEADLY, "broke down"), (HANGING, "longer"), (LYING, "broke")):
            with pytest.raises(NotBroughtError, match=words) as caught:
                checker.check(content)
            assert caught.value.outcome is Outcome.DAMAGED
        assert checker.check(picture(1)).suffix == ".png"
        with pytest.raises(ChildFailedError, match="LookupError: ours"):
            checker.check(FAILING)
    finally:
        checker.end()


def test_several_threads_share_the_decoders():
    checker, found = PictureChecker(), []
    try:
        threads = [
            Thread(target=lambda seed=seed: found.append(checker.check(picture(seed))))
            for seed in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        checker.end()
    assert len(found) == 5
