"""The easel: fills, outlines, shadows and tapered lines on a Skia canvas, in one style."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import skia

from training.pictures.curves import Point, ribbon
from training.pictures.palette import WHITE, Colour
from training.pictures.style import DrawingStyle


class Easel:
    """Draws paths on a canvas; all lengths are in the canvas's current units."""

    def __init__(self, canvas: skia.Canvas, style: DrawingStyle) -> None:
        self.canvas = canvas
        self.style = style

    def _ground(self, colour: Colour) -> Colour:
        if not self.style.paper:
            return colour
        grey = colour.luma
        return WHITE.mix(Colour(grey, grey, grey), 0.16 if grey > 0.35 else 0.55)

    def fill(self, path: skia.Path, colour: Colour, alpha: float = 1.0) -> None:
        """Fill a path with one colour."""
        self.canvas.drawPath(
            path, skia.Paint(Color=self._ground(colour).argb(alpha), AntiAlias=True)
        )

    def blend(
        self, path: skia.Path, ends: tuple[Point, Point], colours: Sequence[tuple[Colour, float]]
    ) -> None:
        """Fill a path with a linear gradient of (colour, alpha) between two points."""
        shader = skia.GradientShader.MakeLinear(
            [skia.Point(*p) for p in ends], [self._ground(c).argb(a) for c, a in colours]
        )
        self.canvas.drawPath(path, skia.Paint(Shader=shader, AntiAlias=True))

    def glow(self, centre: Point, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a disc that fades to nothing at its edge."""
        ground = self._ground(colour)
        shader = skia.GradientShader.MakeRadial(
            skia.Point(*centre), radius, [ground.argb(alpha), ground.argb(0.0)]
        )
        self.canvas.drawCircle(*centre, radius, skia.Paint(Shader=shader, AntiAlias=True))

    def haze(self, path: skia.Path, colour: Colour, blur: float, alpha: float = 1.0) -> None:
        """Fill a path with a blurred edge."""
        paint = skia.Paint(Color=self._ground(colour).argb(alpha), AntiAlias=True)
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.canvas.drawPath(path, paint)

    def outline(self, path: skia.Path, around: Colour, weight: float = 1.0) -> None:
        """Draw the outline of a surface of colour ``around``; nothing in styles without lines."""
        width = self.style.line * weight
        if width <= 0:
            return
        paint = skia.Paint(
            Color=self.style.line_colour(around).argb(),
            AntiAlias=True,
            Style=skia.Paint.kStroke_Style,
            StrokeWidth=width,
            StrokeJoin=skia.Paint.kRound_Join,
            StrokeCap=skia.Paint.kRound_Cap,
        )
        self.canvas.drawPath(path, paint)

    def shape(self, path: skia.Path, colour: Colour, weight: float = 1.0) -> None:
        """Fill a surface and draw its outline."""
        self.fill(path, colour)
        self.outline(path, colour, weight)

    def shaded(self, path: skia.Path, colour: Colour, reach: float, weight: float = 1.0) -> None:
        """Draw a surface with its outline and a shade ``reach`` wide on the side without light."""
        self.fill(path, colour)
        self.inner_shadow(path, colour, (self.style.side * reach, -reach * 0.45))
        self.outline(path, colour, weight)

    def inner_shadow(
        self, path: skia.Path, colour: Colour, shift: Point, strength: float = 1.0
    ) -> None:
        """Shade what is inside a path but outside the same path shifted towards the light."""
        if self.style.depth <= 0:
            return
        lit = skia.Path(path)
        lit.offset(shift[0] * self.style.depth, shift[1] * self.style.depth)
        lit.setFillType(skia.PathFillType.kInverseWinding)
        with self.clip(path):
            self.cast(
                lit, self.style.shade(colour), 0.6 * (abs(shift[0]) + abs(shift[1])), strength
            )

    def cast(self, path: skia.Path, shade: Colour, blur: float, strength: float = 1.0) -> None:
        """Lay a shade over what is there, hard in cel styles, blurred in soft ones."""
        if self.style.soft and blur > 0:
            self.haze(path, shade, blur, strength)
        else:
            self.fill(path, shade, strength)

    def line(
        self, points: Sequence[Point], width: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """Draw a line that is widest in the middle and runs out at both ends."""
        last = len(points) - 1
        widths = [width * 0.5 * (0.15 + 3.4 * (i / last) * (1 - i / last)) for i in range(last + 1)]
        self.stroke(points, widths, colour, alpha)

    def stroke(
        self, points: Sequence[Point], widths: Sequence[float], colour: Colour, alpha: float = 1.0
    ) -> None:
        """Draw a line with a half width at each point, in its own colour even on paper."""
        paint = skia.Paint(Color=colour.argb(alpha), AntiAlias=True)
        self.canvas.drawPath(ribbon(points, widths), paint)

    def fold(self, points: Sequence[Point], cloth: Colour, weight: float = 1.0) -> None:
        """Draw a crease in a surface: a line where the style has lines, else a soft shade."""
        if self.style.line > 0:
            self.line(points, self.style.line * weight * 1.2, self.style.line_colour(cloth), 0.9)
        else:
            self.line(points, 3.0 * weight, self.style.shade(cloth), 0.5)

    @contextmanager
    def clip(self, path: skia.Path) -> Iterator[None]:
        """Draw only inside a path."""
        self.canvas.save()
        self.canvas.clipPath(path, doAntiAlias=True)
        try:
            yield
        finally:
            self.canvas.restore()

    @contextmanager
    def placed(
        self,
        at: Point = (0.0, 0.0),
        *,
        degrees: float = 0.0,
        scale: Point = (1.0, 1.0),
    ) -> Iterator[None]:
        """Draw in coordinates that are turned and scaled around a place."""
        self.canvas.save()
        self.canvas.translate(*at)
        if degrees:
            self.canvas.rotate(degrees)
        if scale != (1.0, 1.0):
            self.canvas.scale(*scale)
        try:
            yield
        finally:
            self.canvas.restore()
