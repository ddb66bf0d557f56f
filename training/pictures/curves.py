"""Paths from few points: smooth curves, tapered ribbons and pointed locks.

Points are ``(x, y)`` in the units of whoever draws; y grows downwards.
"""

import math
from collections.abc import Sequence

import skia

Point = tuple[float, float]


def _extend(path: skia.Path, points: Sequence[Point], closed: bool) -> None:
    count = len(points)
    if count == 2 and not closed:
        path.lineTo(*points[1])
        return
    cubic = path.cubicTo
    for i in range(count if closed else count - 1):
        x1, y1 = points[i]
        x2, y2 = points[(i + 1) % count]
        x0, y0 = points[i - 1] if closed or i > 0 else (x1, y1)
        x3, y3 = points[(i + 2) % count] if closed or i + 2 < count else (x2, y2)
        cubic(
            x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2
        )


def smooth(points: Sequence[Point], *, closed: bool = True) -> skia.Path:
    """Return the curve through the points (Catmull-Rom), closed without a corner or open."""
    path = skia.Path()
    path.moveTo(*points[0])
    _extend(path, points, closed)
    if closed:
        path.close()
    return path


def joined(*runs: Sequence[Point]) -> skia.Path:
    """Return a closed path of smooth runs that meet in corners.

    Each run starts where the one before ended; the last one ends where the first began.
    """
    path = skia.Path()
    path.moveTo(*runs[0][0])
    for run in runs:
        _extend(path, run, False)
    path.close()
    return path


def normals(points: Sequence[Point]) -> list[Point]:
    """Return a unit normal for each point of a line, to the left of its direction."""
    found = []
    last = len(points) - 1
    for i in range(len(points)):
        a, b = points[max(0, i - 1)], points[min(last, i + 1)]
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = math.hypot(dx, dy) or 1.0
        found.append((dy / length, -dx / length))
    return found


def sides(points: Sequence[Point], widths: Sequence[float]) -> tuple[list[Point], list[Point]]:
    """Return the two edges of a band around a line; widths are half widths."""
    left, right = [], []
    for (x, y), (nx, ny), w in zip(points, normals(points), widths, strict=True):
        left.append((x + nx * w, y + ny * w))
        right.append((x - nx * w, y - ny * w))
    return left, right


def ribbon(points: Sequence[Point], widths: Sequence[float]) -> skia.Path:
    """Return a band around a line with a half width at each point."""
    left, right = sides(points, widths)
    right.reverse()
    return joined(left, [left[-1], right[0]], right, [right[-1], left[0]])


def limb(points: Sequence[Point], widths: Sequence[float]) -> skia.Path:
    """Return a band with rounded ends, as arms, fingers and legs are."""
    left, right = sides(points, widths)
    right.reverse()
    return smooth([*left, *right])


def lock(root: tuple[Point, Point], tip: Point, bend: float = 0.0) -> skia.Path:
    """Return a pointed leaf from the two ends of its root to a tip.

    ``bend`` moves the middle of both edges sideways, in units of the lock's length.
    """
    (ax, ay), (bx, by) = root
    tx, ty = tip
    mx, my = (ax + bx) / 2, (ay + by) / 2
    ox, oy = (ty - my) * bend, -(tx - mx) * bend
    path = skia.Path()
    path.moveTo(ax, ay)
    path.quadTo((ax * 1.1 + tx * 0.9) / 2 + ox, (ay * 0.8 + ty * 1.2) / 2 + oy, tx, ty)
    path.quadTo((bx * 1.1 + tx * 0.9) / 2 + ox, (by * 0.8 + ty * 1.2) / 2 + oy, bx, by)
    path.close()
    return path


def ellipse(cx: float, cy: float, rx: float, ry: float) -> skia.Path:
    """Return an ellipse around a centre."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    return path


def polygon(points: Sequence[Point]) -> skia.Path:
    """Return a closed path with straight edges."""
    path = skia.Path()
    path.addPoly([skia.Point(*p) for p in points], True)
    return path


def box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    """Return a rectangle."""
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(left, top, right, bottom))
    return path


def star(cx: float, cy: float, outer: float, inner: float, points: int = 5) -> skia.Path:
    """Return a star that stands on two of its points."""
    corners = []
    for i in range(points * 2):
        radius = inner if i % 2 else outer
        angle = math.pi * i / points - math.pi / 2
        corners.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return polygon(corners)


def moved(path: skia.Path, dx: float, dy: float) -> skia.Path:
    """Return the path shifted."""
    copy = skia.Path(path)
    copy.offset(dx, dy)
    return copy


def mirrored(points: Sequence[Point]) -> list[Point]:
    """Return the points mirrored in x = 0, in reverse order, so that outlines can be closed."""
    return [(-x, y) for x, y in reversed(points)]


def between(a: Point, b: Point, share: float) -> Point:
    """Return the point at ``share`` (0..1) of the way."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)


def at_angle(origin: Point, degrees: float, length: float) -> Point:
    """Return the point at a distance; 0 degrees is down, 90 to the right, 180 up."""
    angle = math.radians(degrees)
    return (origin[0] + math.sin(angle) * length, origin[1] + math.cos(angle) * length)
