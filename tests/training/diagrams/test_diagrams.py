"""The diagrams of the documents are those that the code draws, and nothing in them is cut off."""

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from training.__main__ import main
from training.diagrams.command import DIAGRAMS
from training.diagrams.palette import DAY, KINDS, NIGHT
from training.diagrams.shapes import LINE, STEP, TITLE
from training.diagrams.svg import to_svg

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "docs" / "diagrams"
MARGIN = 4
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[]/· -"), frozenset("mwMW@%")

each = pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda d: d.name)


def test_the_kept_files_are_those_that_are_drawn(tmp_path, capsys):
    assert main(["diagrams", str(tmp_path)]) == 0
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert drawn == {path.name: path.read_bytes() for path in KEPT.iterdir()}


def test_the_documents_show_them():
    for document, names in (
        ("training/README.md", ("system", "ifa-head", "training-data")),
        ("ARCHITECTURE.md", ("system",)),
    ):
        path = ROOT / document
        shown = re.findall(r"!\[[^]]+\]\(([^)]+\.svg)\)", path.read_text("utf-8"))
        files = [(path.parent / name).resolve() for name in shown]
        assert files == [KEPT / f"{name}.svg" for name in names]


@each
def test_text_stays_text_and_nothing_comes_from_outside(diagram):
    text = to_svg(diagram)
    root = ElementTree.fromstring(text)
    said = [" ".join("".join(e.itertext()).split()) for e in root.iter() if e.tag.endswith("text")]
    for box in diagram.boxes:
        assert box.title.replace("_", "") in said
        assert set(box.lines) <= set(said)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|@font-face|<image|<script|href", text)


@each
def test_arrows_meet_boxes_and_bend_at_right_angles(diagram):
    for arrow in diagram.arrows:
        assert all(
            len({a[0] - b[0] == 0, a[1] - b[1] == 0}) == 2 for a, b in pairwise(arrow.points)
        )
        for end in (arrow.points[0], arrow.points[-1]):
            assert any(_on_edge(end, box) for box in diagram.boxes), end


@each
def test_arrows_pass_no_box_and_no_name(diagram):
    names = [
        (f.x + f.inset, f.y + 10, text_width(f.name, LINE, bold=True), 18) for f in diagram.frames
    ]
    places = [*names, *((b.x, b.y, b.width, b.height) for b in diagram.boxes)]
    for arrow in diagram.arrows:
        for one, other in pairwise(arrow.points):
            assert not [place for place in places if _cuts(one, other, place)]


@each
def test_boxes_stand_apart_on_the_picture(diagram):
    shapes = [*diagram.boxes, *diagram.frames]
    for shape in shapes:
        assert min(shape.x, shape.y) >= 0
        assert shape.x + shape.width <= diagram.width
        assert shape.y + shape.height <= diagram.height
    for one, other in combinations(diagram.boxes, 2):
        beside = one.x + one.width < other.x or other.x + other.width < one.x
        assert beside or one.y + one.height < other.y or other.y + other.height < one.y
    assert all(part % 2 == 0 for s in shapes for part in (s.x, s.y, s.width, s.height))


@each
def test_text_fits_also_in_a_broad_font(diagram):
    for box in diagram.boxes:
        widths = [text_width(box.title, TITLE, bold=True)]
        widths += [text_width(line, LINE) for line in box.lines]
        assert max(widths) <= box.width - 2 * MARGIN, box
        assert TITLE + STEP * len(box.lines) + 8 * box.cells <= box.height - 2 * MARGIN, box
    for note in diagram.notes:
        assert note.x + max(text_width(line, LINE) for line in note.lines) <= diagram.width
        assert note.y + STEP * (len(note.lines) - 1) <= diagram.height


@pytest.mark.parametrize("palette", [DAY, NIGHT], ids=["day", "night"])
def test_text_is_readable_by_day_and_night(palette):
    grounds = ["ground", "frame", *(f"{kind}-fill" for kind in KINDS)]
    for ground in grounds:
        for ink in ("ink", "quiet"):
            assert _contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
        assert _contrast(palette["arrow"], palette["ground"]) >= 3
    assert set(DAY) == set(NIGHT)


@each
def test_every_colour_has_its_night(diagram):
    text = to_svg(diagram)
    style = re.search(r"<style>(.*)</style>", text)[1]
    for words in re.findall(r'<(?:rect|path|polygon|text) class="([^"]+)"', text):
        assert all(f".{word}{{" in style for word in words.split()), words


def _on_edge(point, box):
    x, y = point
    inside = box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height
    return inside and (x in {box.x, box.x + box.width} or y in {box.y, box.y + box.height})


def _cuts(one, other, place):
    """Tell whether a level or plumb line passes the inside of a place."""
    x, y, width, height = place
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    return left < x + width and right > x and top < y + height and bottom > y


def _contrast(one, other):
    """The contrast of two colours by WCAG 2."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_width(text, size, *, bold=False):
    """About how many pixels a text takes in a broad font (DejaVu Sans), rather too many."""
    widths = {**dict.fromkeys(NARROW, 0.38), **dict.fromkeys(WIDE, 0.95)}
    parts = (widths.get(c, 0.7 if c.isupper() else 0.62) for c in text)
    return sum(parts) * size * (1.07 if bold else 1)
