"""``anitag models forget``: what it says before and after."""

import pytest

from tests.helpers.libraries import MODEL, fill, tags_of

pytestmark = pytest.mark.integration


@pytest.fixture
def image(anitag, seeded):
    with seeded() as store:
        return fill(store, [{"hat": 0.9, "cat": 0.9}, {"hat": 0.9}])[0]


def test_it_says_first_what_would_go(anitag, seeded, image):
    (told,) = anitag.json("models", "forget", "model", "--dry-run")
    assert told == {
        "dry_run": True,
        "id": MODEL.model_id,
        "revisions": [MODEL.revision],
        "in_use": True,
        "installed": False,
        "pictures": 2,
        "changed": 2,
        "lost": 3,
        "gained": 0,
        "estimated": False,
    }
    said = anitag("models", "forget", "model", "--dry-run").out
    assert "looked at 2 pictures" in said
    assert "This would take 3 tags from 2 pictures." in said
    assert "looks at its pictures again with: anitag tag" in said
    with seeded() as store:
        assert set(tags_of(store, image)) == {"hat", "cat"}


def test_it_goes_and_is_nothing_to_undo(anitag, seeded, image):
    assert "forgot what test/model said of 2 pictures" in anitag("models", "forget", "model").out
    assert "nothing to undo" in anitag("undo").err
    with seeded() as store:
        assert tags_of(store, image) == {}
    again = anitag("models", "forget", "model")
    assert (again.code, "Something is kept of: no model." in again.err) == (1, True)


def test_what_it_did_as_json(anitag, image):
    (done,) = anitag.json("models", "forget", "test/model", "--revision", MODEL.revision)
    assert done == {"id": "test/model", "pictures": 2}
    refused = anitag("models", "forget", "test/model", "--revision", "2", "--json")
    assert (refused.code, refused.out) == (1, "")
