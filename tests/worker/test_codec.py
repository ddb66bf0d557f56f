import json
import math
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


@pytest.mark.parametrize(
    "scores",
    [
        "3",
        "null",
        "[3]",
        "[[0,0.5],[1]]",
        "[[0,0.5,1]]",
        "[[0,0.5],[1,true]]",
        "[[0,0.5],[true,1]]",
        "[[0,0.5],[1.5,0.5]]",
        '[[0,0.5],[1,"x"]]',
        "[[0,0.5],[1,null]]",
        "[[0,0.5],[1,NaN]]",
        "[[0,0.5],[1,-Infinity]]",
        "[[0,0.5],[1,1e400]]",
        "[[0,[]]]",
        '{"0":1}',
    ],
)
def test_scores_are_pairs_of_a_whole_and_a_finite_number(scores: str) -> None:
    sound = b"[[0,0.5],[13,1.0]]"
    frame = codec.encode(RECOGNISED)
    assert sound in frame
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame.replace(sound, scores.encode()), KNOWN)


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
        b'["RecogniseJob",{"job_id":1}]',
        b'["RecogniseJob",{"job_id":"1","path":"eA=="}]',
        b'["RecogniseJob",{"job_id":true,"path":"eA=="}]',
        b'["RecogniseJob",{"job_id":1,"path":"not base64"}]',
        b'["RecogniseJob",{"job_id":1,"path":"eA==","models":3}]',
        b'["RecogniseJob",{"job_id":1,"path":"eA==","regions":[{"uid":"u","label":"face"}]}]',
        b'["RecogniseJob",{"job_id":1,"path":"eA=="}]]',
        b'["RecogniseJob",{"job_id":1,"path":"eA=="},3]',
        b'["Failed",{"job_id":1,"code":"\xff"}]',
        b'["Failed",{"job_id":1,"code":"\\udcff"}]',
        b'["Failed",{"job_id":1,"code":"x","params":{"a":[]}}]',
        b'["Failed",{"job_id":1,"code":"x","params":{"a":null}}]',
        b'["Setup",[]]',
        b'["os.system",["ls"]]',
        b"[" * 200_000,
        b'["Failed",' + b"[" * 200_000 + b"]" * 200_001,
    ],
)
def test_anything_else_is_refused(frame: bytes) -> None:
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame, KNOWN)


def test_numbers_that_are_none_are_refused() -> None:
    for number in (math.nan, math.inf):
        frame = codec.encode(replace(RECOGNISED, found=(replace(FOUND, score=number),)))
        with pytest.raises(codec.ProtocolError):
            codec.decode(frame, KNOWN)


def test_names_of_files_that_are_no_text_are_told_as_far_as_they_are() -> None:
    told = codec.encode(messages.Failed(1, "x", {"path": "\udcff \N{EM DASH} \ud83d"}))
    assert codec.decode(told, KNOWN).params == {"path": "? \N{EM DASH} ?"}


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_foreign_json_never_raises_anything_else(value: object) -> None:
    frame = json.dumps(["Recognised", value]).encode()
    with pytest.raises(codec.ProtocolError):
        codec.decode(frame, KNOWN)


def test_messages_have_a_largest_size() -> None:
    with pytest.raises(codec.ProtocolError):
        codec.encode(messages.RecogniseJob(1, b"x" * codec.FRAME_LIMIT))
