import base64
import json
import math
from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import Box, ImageFacts
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.worker import codec, messages

KNOWN = codec.by_name(
    messages.RecogniseJob, messages.Recognised, messages.Failed, messages.Identified
)
FACTS = ImageFacts("a" * 64, "b" * 32, "c" * 64, 2**64 - 1, 10, 20, "png", 300, 2)
RECOGNISED = messages.Recognised(
    7,
    FACTS,
    FileStat(1, 2, 3, 4, 5),
    (
        messages.ModelScores(ModelKey("m", "r"), ((0, 0.5), (13, 1.0)), b"\x00\xff"),
        messages.ModelScores(ModelKey("n", "r"), (), None),
    ),
    has_thumbnail=True,
)

REGION = messages.KnownRegion("a" * 64 + "#1", "face", Box(0.1, 0.2, 0.3, 0.4), is_given=True)
VECTORS = (
    messages.RegionVector(ModelKey("e", "r"), b"\x00\x01"),
    messages.RegionVector(ModelKey("f", "r"), None),
)
FOUND = messages.FoundRegion(ModelKey("d", "r"), 1, 0.5, Box(0.0, 0.0, 1.0, 1.0), VECTORS)
SEEN = messages.SeenRegion(REGION.uid, REGION.box, VECTORS)


@pytest.mark.parametrize(
    "message",
    [
        messages.RecogniseJob(1, b"pictures/\xff\xfe name"),
        messages.RecogniseJob(1, b"a", (ModelKey("m", "r"),), (REGION,)),
        replace(RECOGNISED, found=(FOUND,), known=(SEEN,)),
        RECOGNISED,
        messages.Failed(3, "took_too_long", {"seconds": 10.5, "a": 1, "b": "x"}),
    ],
)
def test_round_trip(message: object) -> None:
    assert codec.decode(codec.encode(message), KNOWN) == message


def test_a_stat_comes_back_as_itself() -> None:
    found = codec.decode(codec.encode(RECOGNISED), KNOWN)
    assert isinstance(found.stat, FileStat)


def column(code: str, *numbers: float) -> str:
    return base64.b64encode(array(code, numbers).tobytes()).decode()


@pytest.mark.parametrize(
    "scores",
    [
        3,
        None,
        [],
        [column("q", 0)],
        [column("q", 0, 13), column("d", 0.5)],
        [column("q", 0), column("d", 0.5), column("d", 0.5)],
        [column("q", 0), column("d", math.nan)],
        [column("q", 0), column("d", -math.inf)],
        [column("q", 0), "AAAA"],
        [column("q", 0), "no base64"],
        [column("q", 0), 0.5],
        [[0, 0.5], [13, 1.0]],
        {"0": 1},
    ],
)
def test_scores_are_as_many_numbers_as_labels(scores: object) -> None:
    name, plain = json.loads(codec.encode(RECOGNISED))
    assert plain[3][0][1] == [column("q", 0, 13), column("d", 0.5, 1.0)]
    plain[3][0][1] = scores
    with pytest.raises(codec.ProtocolError):
        codec.decode(json.dumps([name, plain]).encode(), KNOWN)


@given(st.lists(st.tuples(st.integers(0, 2**40), st.floats(0, 1))))
def test_every_score_survives(scores: list[tuple[int, float]]) -> None:
    said = replace(RECOGNISED.models[0], scores=tuple(scores))
    answer = replace(RECOGNISED, models=(said,))
    assert codec.decode(codec.encode(answer), KNOWN) == answer


@given(st.integers(0, 2**63), st.binary(max_size=100))
def test_every_job_survives(job_id: int, path: bytes) -> None:
    job = messages.RecogniseJob(job_id, path)
    assert codec.decode(codec.encode(job), KNOWN) == job


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"junk!",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'["RecogniseJob"]',
        b'["RecogniseJob",[1]]',
        b'["RecogniseJob",[1,"eA=="]]',
        b'["RecogniseJob",[1,"eA==",null,[],3]]',
        b'["RecogniseJob",["1","eA==",null,[]]]',
        b'["RecogniseJob",[true,"eA==",null,[]]]',
        b'["RecogniseJob",[1,"not base64",null,[]]]',
        b'["RecogniseJob",[1,"eA==",3,[]]]',
        b'["RecogniseJob",[1,"eA==",null,[["uid","face",[0,0,1],true]]]]',
        b'["RecogniseJob",{"job_id":1}]',
        b'["Failed",[1,"x",{"a":[]}]]',
        b'["Failed",[1,"x",{"a":null}]]',
        b'["Setup",[]]',
        b'["os.system",["ls"]]',
        b"[" * 200_000,
    ],
)
def test_anything_else_is_refused(frame: bytes) -> None:
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame, KNOWN)


def test_numbers_that_are_none_are_refused() -> None:
    seen = replace(RECOGNISED, found=(replace(FOUND, score=0.625),))
    frame = codec.encode(seen).replace(b"0.625", b"NaN")
    assert b"NaN" in frame
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame, KNOWN)
    with pytest.raises(ValueError, match="JSON"):
        codec.encode(messages.Failed(1, "x", {"a": math.inf}))


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_foreign_json_never_raises_anything_else(value: object) -> None:
    frame = json.dumps(["Recognised", value]).encode()
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame, KNOWN)


def test_messages_have_a_largest_size() -> None:
    with pytest.raises(codec.ProtocolError):
        codec.encode(messages.RecogniseJob(1, b"x" * codec.FRAME_LIMIT))
