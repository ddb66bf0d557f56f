"""Writes a diagram as SVG: text stays text, fonts are the reader's own.

Colours stand as attributes (by day), so that every program shows them; a style sheet puts those of
the night over them where the reader prefers a dark page.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from training.diagrams.palette import DAY, KINDS, NIGHT, Palette
from training.diagrams.shapes import LINE, STEP, TITLE, Arrow, Box, Diagram, Frame, Note, Point

FONTS = "system-ui, -apple-system, 'Segoe UI', Inter, 'Noto Sans', 'DejaVu Sans', sans-serif"
BOLD = 'font-weight="600"'
CORNER, BEND = 10, 9.0
HEAD_LENGTH, HEAD_WIDTH = 9.0, 4.5
CELL, CELLS_ACROSS = 8.0, 7


def to_svg(diagram: Diagram, palette: Palette = DAY) -> str:
    """Return the picture as text; ``palette`` are the colours where no style sheet is read."""
    width, height = _number(diagram.width), _number(diagram.height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" font-family={quoteattr(FONTS)}>',
        f"<title>{escape(diagram.title)}</title>",
        f"<desc>{escape(diagram.description)}</desc>",
        _night_style(),
        f'<rect class="ground" width="{width}" height="{height}" rx="14" '
        f'fill="{palette["ground"]}"/>',
        *(part for frame in diagram.frames for part in _frame(frame, palette)),
        *(part for one in diagram.arrows for part in _arrow(one, palette)),
        *(part for box in diagram.boxes for part in _box(box, palette)),
        *(part for note in diagram.notes for part in _note(note, palette)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _night_style() -> str:
    """Return the style sheet of the night: fills and lines by class."""
    rules = [f".{name}{{{_property(name)}:{colour}}}" for name, colour in NIGHT.items()]
    rules += [f".cell-{kind}{{fill:{NIGHT[f'{kind}-line']}}}" for kind in KINDS]
    rules.append(f".head{{fill:{NIGHT['arrow']}}}")
    return "<style>@media (prefers-color-scheme:dark){" + "".join(rules) + "}</style>"


def _property(name: str) -> str:
    return "stroke" if name in {"edge", "arrow"} or name.endswith("-line") else "fill"


def _frame(frame: Frame, palette: Palette) -> Iterator[str]:
    yield (
        f'<rect class="frame edge" {_place(frame)} rx="14" fill="{palette["frame"]}" '
        f'stroke="{palette["edge"]}" stroke-width="1.5"/>'
    )
    yield _text(frame.name, (frame.x + frame.inset, frame.y + 23), "quiet", palette, BOLD)


def _box(box: Box, palette: Palette) -> Iterator[str]:
    dash = ' stroke-dasharray="5 4"' if box.dashed else ""
    yield (
        f'<rect class="{box.kind}-fill {box.kind}-line" {_place(box)} rx="{CORNER}" '
        f'fill="{palette[f"{box.kind}-fill"]}" stroke="{palette[f"{box.kind}-line"]}" '
        f'stroke-width="1.5"{dash}/>'
    )
    middle, foot = box.x + box.width / 2, _first_foot(box)
    centred = 'text-anchor="middle"'
    yield _text(
        box.title, (middle, foot), "ink", palette, f'{centred} font-size="{_number(TITLE)}" {BOLD}'
    )
    for number, line in enumerate(box.lines, 1):
        yield _text(line, (middle, foot + number * STEP + 1), "quiet", palette, centred)
    yield from _cells(box, palette)


def _first_foot(box: Box) -> float:
    """Return where the title stands, so that title, lines and squares lie in the middle."""
    content = TITLE + STEP * len(box.lines) + (CELL * box.cells + 8 if box.cells else 0)
    return box.y + (box.height - content) / 2 + TITLE - 2.5


def _cells(box: Box, palette: Palette) -> Iterator[str]:
    """Yield rows of squares, each as strong as a number of a vector might be."""
    top = _first_foot(box) + STEP * len(box.lines) + 9
    left = box.x + (box.width - CELL * CELLS_ACROSS) / 2
    for number in range(box.cells * CELLS_ACROSS):
        row, column = divmod(number, CELLS_ACROSS)
        strength = 0.15 + 0.8 * ((37 * number + 11 * int(box.x)) % 17) / 17
        x, y = _number(left + CELL * column + 0.5), _number(top + CELL * row + 0.5)
        yield (
            f'<rect class="cell-{box.kind}" x="{x}" y="{y}" width="7" height="7" rx="1.5" '
            f'fill="{palette[f"{box.kind}-line"]}" fill-opacity="{strength:.2f}"/>'
        )


def _note(note: Note, palette: Palette) -> Iterator[str]:
    for number, line in enumerate(note.lines):
        yield _text(line, (note.x, note.y + STEP * number), "quiet", palette)


def _arrow(one: Arrow, palette: Palette) -> Iterator[str]:
    dash = ' stroke-dasharray="5 4"' if one.dashed else ""
    colour, (tip, before) = palette["arrow"], (one.points[-1], one.points[-2])
    way = _toward(tip, before)
    end = (tip[0] + way[0] * (HEAD_LENGTH - 1), tip[1] + way[1] * (HEAD_LENGTH - 1))
    yield (
        f'<path class="arrow" d="{_path((*one.points[:-1], end))}" fill="none" '
        f'stroke="{colour}" stroke-width="1.75"{dash}/>'
    )
    yield f'<polygon class="head" points="{_head(tip, way)}" fill="{colour}"/>'


def _head(tip: Point, way: Point) -> str:
    back = (tip[0] + way[0] * HEAD_LENGTH, tip[1] + way[1] * HEAD_LENGTH)
    side = (-way[1] * HEAD_WIDTH, way[0] * HEAD_WIDTH)
    corners = (tip, (back[0] + side[0], back[1] + side[1]), (back[0] - side[0], back[1] - side[1]))
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in corners)


def _path(points: Sequence[Point]) -> str:
    """Return a path whose corners are rounded."""
    words = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        words.append(f"L{_pair(_on_the_way(corner, before))}")
        words.append(f"Q{_pair(corner)} {_pair(_on_the_way(corner, after))}")
    return " ".join([*words, f"L{_pair(points[-1])}"])


def _on_the_way(corner: Point, other: Point) -> Point:
    """Return the point where the bend at a corner begins, half way at most."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    way, bend = _toward(corner, other), min(BEND, length / 2)
    return corner[0] + way[0] * bend, corner[1] + way[1] * bend


def _toward(point: Point, other: Point) -> Point:
    """Return the direction of another point that lies level or plumb."""
    across, down = other[0] - point[0], other[1] - point[1]
    return (across > 0) - (across < 0), (down > 0) - (down < 0)


def _text(text: str, foot: Point, kind: str, palette: Palette, more: str = "") -> str:
    size = "" if "font-size" in more else f'font-size="{_number(LINE)}"'
    place = f'x="{_number(foot[0])}" y="{_number(foot[1])}"'
    words = " ".join(part for part in (place, f'fill="{palette[kind]}"', size, more) if part)
    return f'<text class="{kind}" {words}>{_words(text)}</text>'


def _words(text: str) -> str:
    """Return a text for SVG; ``z_1`` gets a small foot."""
    first, *feet = escape(text).split("_")
    return first + "".join(
        f'<tspan dy="4" font-size="9">{foot[:1]}</tspan><tspan dy="-4">{foot[1:]}</tspan>'
        for foot in feet
    )


def _place(shape: Box | Frame) -> str:
    values = zip(
        ("x", "y", "width", "height"),
        (shape.x, shape.y, shape.width, shape.height),
        strict=True,
    )
    return " ".join(f'{name}="{_number(value)}"' for name, value in values)


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
