from dataclasses import replace

import pytest

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.worker.believing import believe
from anitag_desktop.worker.codec import ProtocolError
from anitag_desktop.worker.control import Drawn
from anitag_desktop.worker.messages import Failed, Identified, ModelScores
from tests.worker.test_codec import FACTS, FOUND, RECOGNISED, SEEN


def test_sound_answers_pass() -> None:
    assert believe(RECOGNISED) is RECOGNISED
    seen = replace(RECOGNISED, found=(FOUND,), known=(SEEN,))
    assert believe(seen) is seen
    assert believe(Failed(1, "picture_empty")).job_id == 1
    numbered = RECOGNISED.stat._replace(inode=2**120)  # ReFS has numbers that long
    assert believe(replace(RECOGNISED, stat=numbered)).stat == numbered


@pytest.mark.parametrize(
    "answer",
    [
        replace(RECOGNISED, facts=replace(FACTS, sha256="../../etc/passwd")),
        replace(RECOGNISED, facts=replace(FACTS, sha256="A" * 64)),
        replace(RECOGNISED, facts=replace(FACTS, md5="")),
        replace(RECOGNISED, facts=replace(FACTS, phash=-1)),
        replace(RECOGNISED, facts=replace(FACTS, phash=1 << 64)),
        replace(RECOGNISED, facts=replace(FACTS, width=0)),
        replace(RECOGNISED, facts=replace(FACTS, bytes=2**63)),
        replace(RECOGNISED, stat=RECOGNISED.stat._replace(size=2**63)),
        replace(RECOGNISED, stat=RECOGNISED.stat._replace(mtime_ns=-(2**64))),
        Identified(1, "a" * 64, "b" * 32, RECOGNISED.stat._replace(ctime_ns=2**63)),
        replace(RECOGNISED, facts=replace(FACTS, format="<b>png</b>")),
        replace(RECOGNISED, models=(ModelScores(ModelKey("m", "r"), ((0, 1.5),), None),)),
        replace(RECOGNISED, models=(ModelScores(ModelKey("m", "r"), ((-1, 0.5),), None),)),
        replace(RECOGNISED, found=(replace(FOUND, score=1.5),)),
        replace(RECOGNISED, found=(replace(FOUND, label=-1),)),
        replace(RECOGNISED, found=(replace(FOUND, box=Box(0.5, 0.5, 1.0, 0.1)),)),
        replace(RECOGNISED, found=(replace(FOUND, box=Box(0.5, 0.5, -0.1, 0.1)),)),
        replace(RECOGNISED, known=(replace(SEEN, uid="b" * 64 + "#1"),)),
        replace(RECOGNISED, known=(replace(SEEN, box=Box(0.0, 0.0, 0.0, 0.0)),)),
        Identified(1, "x", "y", RECOGNISED.stat),
        Failed(1, "no such code"),
        Failed(1, "took_too_long"),
        Drawn(1, 2, 3),
    ],
)
def test_others_do_not(answer: object) -> None:
    with pytest.raises(ProtocolError):
        believe(answer)
