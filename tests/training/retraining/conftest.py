"""A small trained model, made once for all tests of retraining."""

import pytest


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """The package of a tagger of coloured discs."""
    pytest.importorskip("torch")
    from tests.helpers.toy_jobs import write_toy_model

    return write_toy_model(tmp_path_factory.mktemp("toy"))
