"""The lines of the journal say what stands in the columns of the log."""

import json
import zlib

from sqlalchemy import text

from anitag_desktop.services.correcting import Corrector
from anitag_desktop.storage import journal_lines, tags
from tests.helpers.libraries import fill, open_store

_COLUMNS = ("verdict", "previous", "source", "model_id", "revision", "score")


def test_a_line_is_the_json_of_its_row_whatever_stands_in_it(tmp_path):
    with open_store(tmp_path / "library") as store:
        first, second = fill(store, [{"hat": 0.9}, {"hat": 0.7, "a": 0.2}])
        corrector = Corrector(store)
        corrector.correct(
            [first, second], confirm=["hat"], reject=['quote"\\back', "ä\u2028ö", "帽"]
        )
        corrector.correct([second], reject=["hat"])
        corrector.undo(2)
        with store.library.read() as conn:
            lines = journal_lines.lines_after(conn, 0)
            rows = list(conn.execute(text("SELECT * FROM log ORDER BY seq")).mappings())
            uids = dict(conn.execute(text("SELECT id, uid FROM subjects")).all())
            named = tags.by_ids(conn, {row["tag_id"] for row in rows if row["tag_id"]})
    for line, row in zip(lines, rows, strict=True):
        assert line == journal_lines.encode(_expected(row, len(rows), uids, named))
        assert line[8:16] == b"%08x" % zlib.crc32(line[24:-2])


def _expected(row, end, uids, named):
    common = {"seq": row["seq"], "end": end, "op": row["op"], "at": row["at"]}
    common |= {"action": row["action_id"], "version": row["version"]}
    if row["op"] != "verdict":
        return common | {"command": json.loads(row["command"])}
    tag = named[row["tag_id"]].tag
    plain = {"uid": tag.uid, "name": tag.name, "category": tag.category.value}
    verdict, previous, source, model, revision, score = (row[name] for name in _COLUMNS)
    common |= {"subject": uids[row["subject_id"]], "tag": plain, "verdict": verdict}
    common |= {"previous": previous, "source": source, "model": model, "revision": revision}
    return common | {"score": score}


def test_a_part_of_the_log_is_read_as_one_transaction(tmp_path):
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}, {"hat": 0.7}, {}])
        Corrector(store).correct(ids, add=["scarf"])
        with store.library.read() as conn:
            [start, *_] = journal_lines.rows_after(conn, 0)
            rows = journal_lines.rows_after(conn, start["seq"], limit=2)
    seqs = [start["seq"] + 1, start["seq"] + 2]
    assert [row["seq"] for row in rows] == seqs
    assert {row["end"] for row in rows} == {seqs[-1]}
