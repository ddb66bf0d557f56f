"""The part that shows pictures: a grid, the classes in rows, all of them on contact sheets."""

import random
from collections import defaultdict

from PIL import Image, ImageDraw

from training.exploring.class_numbers import ClassCount, count_by_class
from training.exploring.out_folder import OutFolder
from training.exploring.section import Section, Shown
from training.exploring.subject import Subject
from training.exploring.thumbnails import captioned, thumbnail
from training.exploring.wording import legible
from training.picture_sheet import GAP, GROUND, WHITE, picture_sheet, write_line

GRID, GRID_SIDE, ACROSS = 48, 128, 8
PAGE, PAGE_SIDE, PAGE_ACROSS = 100, 96, 10
ROW_PICTURES, ROW_SIDE = 10, 96
NAME_ROOM = 190
EXTREMES = 10


def explore_pictures(subject: Subject, out: OutFolder) -> Section:
    """Show some pictures at random, and some of the classes with most and with fewest."""
    rows = subject.drawn(GRID)
    section = Section("Pictures", [f"At random: {subject.of(len(rows))}."])
    random.Random(subject.looking.seed).shuffle(rows)
    cells = captioned([subject.pictures[row] for row in rows], GRID_SIDE)
    grid = picture_sheet(cells, GRID_SIDE, ACROSS if len(rows) >= ACROSS else 1)
    section.pictures = [out.picture("sheets/grid.jpg", grid, "Pictures drawn at random")]
    section.pictures += _class_rows(subject, out)
    return section


def explore_sheets(subject: Subject, out: OutFolder) -> Section:
    """Put pictures on contact sheets, class by class; the page shows the first one."""
    rows = subject.drawn(subject.looking.limit)
    rows.sort(key=lambda row: (subject.pictures[row].identity, row))
    section = Section("Contact sheets", [f"On them: {subject.of(len(rows))}, class by class."])
    for number, start in enumerate(range(0, len(rows), PAGE), 1):
        chosen = [subject.pictures[row] for row in rows[start : start + PAGE]]
        across = min(PAGE_ACROSS, len(chosen))
        sheet = picture_sheet(captioned(chosen, PAGE_SIDE), PAGE_SIDE, across)
        name = f"sheets/sheet_{number:03d}.jpg"
        shown = out.picture(name, sheet, f"Sheet {number}")
        section.pictures += [shown] if number == 1 else []
        section.files.append(name)
    return section


def _class_rows(subject: Subject, out: OutFolder) -> list[Shown]:
    counts = count_by_class(subject.classes, subject.pictures, subject.parts)
    counts = [count for count in counts if count.pictures]
    if not counts:
        return []
    if len(counts) <= 2 * EXTREMES:
        sheet = _rows_sheet(subject, counts)
        return [out.picture("sheets/classes.jpg", sheet, "Some pictures of each class")]
    found = []
    for name, words, some in (
        ("most", "most", counts[:EXTREMES]),
        ("least", "fewest", counts[-EXTREMES:]),
    ):
        caption = f"The classes with the {words} pictures"
        found.append(out.picture(f"sheets/{name}.jpg", _rows_sheet(subject, some), caption))
    return found


def _rows_sheet(subject: Subject, counts: list[ClassCount]) -> Image.Image:
    """Return a row for each class: name, number, some of its pictures."""
    wanted, of_class = {count.name for count in counts}, defaultdict(list)
    for row, picture in enumerate(subject.pictures):
        if picture.identity in wanted:
            of_class[picture.identity].append(row)
    step = ROW_SIDE + GAP
    sheet = Image.new("RGB", (NAME_ROOM + ROW_PICTURES * step, len(counts) * step), WHITE)
    pen, rng = ImageDraw.Draw(sheet), random.Random(subject.looking.seed)
    for place, count in enumerate(counts):
        top, own = place * step, of_class[count.name]
        write_line(pen, (8, top + ROW_SIDE // 2 - 16), legible(count.name), NAME_ROOM - 16, 14)
        write_line(pen, (8, top + ROW_SIDE // 2 + 4), f"{count.pictures:,}", NAME_ROOM - 16, 12)
        for column, row in enumerate(sorted(rng.sample(own, min(ROW_PICTURES, len(own))))):
            small = thumbnail(subject.pictures[row].path, ROW_SIDE)
            empty = Image.new("RGB", (ROW_SIDE, ROW_SIDE), GROUND)
            sheet.paste(small or empty, (NAME_ROOM + column * step, top))
    return sheet
