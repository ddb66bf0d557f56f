"""Skirts, trousers, legwear and shoes."""

from training.pictures.body import hem_of
from training.pictures.cloth_print import cloth_piece, frill, print_on
from training.pictures.curves import Point, box, ellipse, joined, mirrored, polygon, ribbon, smooth
from training.pictures.figure import Figure
from training.pictures.garments import Footwear, Legwear, Lower, Top
from training.pictures.limbs import Leg, leg_path, legs_of
from training.pictures.palette import WHITE, Colour, cloth_colour

_WHOLE = frozenset({Top.DRESS, Top.SUNDRESS, Top.MAID, Top.KIMONO})


def draw_legs(figure: Figure) -> None:
    """Draw bare or covered legs with what is on the feet."""
    b = figure.build
    if figure.bottom < b.hip_y - 10:
        return
    for leg in legs_of(figure):
        _foot(figure, leg)
        path = leg_path(figure, leg)
        figure.easel.shaded(path, figure.skin, 5.0)
        _legwear(figure, leg)
        if figure.person.outfit.footwear is Footwear.BOOTS:
            _boot(figure, leg)
    inset = b.hip - 7.0
    hips = polygon(
        [
            (-inset, b.hip_y - 20),
            (inset, b.hip_y - 20),
            (inset, b.hip_y + 16),
            (0, b.hip_y + 30),
            (-inset, b.hip_y + 16),
        ]
    )
    figure.easel.fill(hips, figure.lower_cloth)


def _legwear(figure: Figure, leg: Leg) -> None:
    kind, b = figure.person.outfit.legwear, figure.build
    if kind is Legwear.BARE or figure.person.outfit.lower is Lower.PANTS:
        return
    cloth = cloth_colour(figure.person.outfit.legwear_colour, figure.chance("legwear"))
    top = {
        Legwear.SOCKS: leg.ankle[1] - b.lower_leg * 0.22,
        Legwear.KNEEHIGHS: leg.knee[1] + b.lower_leg * 0.12,
        Legwear.THIGHHIGHS: leg.knee[1] - b.upper_leg * 0.36,
        Legwear.PANTYHOSE: leg.hip[1] - 40.0,
    }[kind]
    path = leg_path(figure, leg, 0.8)
    easel = figure.easel
    with easel.clip(box(-300, top, 300, 2000)):
        easel.fill(path, cloth, 0.93 if kind is Legwear.PANTYHOSE else 1.0)
        easel.inner_shadow(path, cloth, (easel.style.side * 5.0, -1.0))
        easel.outline(path, cloth)
    if kind is not Legwear.PANTYHOSE:
        half = b.thigh * (0.9 if kind is Legwear.THIGHHIGHS else 0.64)
        x = leg.knee[0] if kind is not Legwear.SOCKS else leg.ankle[0]
        with easel.clip(leg_path(figure, leg, 1.6)):
            band = ribbon(
                [(x - half * 1.6, top), (x, top + 3), (x + half * 1.6, top)], [2.2, 2.2, 2.2]
            )
            easel.shape(band, cloth.mix(WHITE, 0.12), 0.7)


def _foot(figure: Figure, leg: Leg) -> None:
    """Draw a foot seen from the front, turned a little outwards."""
    b = figure.build
    x, y = leg.ankle
    w, s = b.calf * 0.72, leg.side
    kind = figure.person.outfit.footwear
    colour = figure.skin if kind in (Footwear.BAREFOOT, Footwear.SANDALS) else shoe_colour(figure)
    tip = y + b.knee * 1.45
    sole = smooth(
        [
            (x - s * w, y - 4),
            (x - s * w * 1.0, y + 10),
            (x - s * w * 0.5, tip),
            (x + s * w * 1.1, tip + 1),
            (x + s * w * 1.5, y + 12),
            (x + s * w, y - 4),
        ]
    )
    figure.easel.shaded(sole, colour, 4.0)
    if kind is Footwear.SANDALS:
        figure.easel.stroke(
            [(x - s * w, y + 10), (x + s * w * 0.3, y + 15), (x + s * w * 1.4, y + 11)],
            [1.8] * 3,
            shoe_colour(figure),
        )
    elif kind in (Footwear.SHOES, Footwear.SNEAKERS):
        figure.easel.stroke(
            [(x - s * w * 0.7, tip - 2), (x + s * w * 0.3, tip + 1), (x + s * w * 1.4, tip - 3)],
            [1.4] * 3,
            WHITE if kind is Footwear.SNEAKERS else colour.times(Colour(0.5, 0.5, 0.5)),
        )


def shoe_colour(figure: Figure) -> Colour:
    """Return the colour of the shoes."""
    return cloth_colour(figure.person.outfit.footwear_colour, figure.chance("shoes"))


def _boot(figure: Figure, leg: Leg) -> None:
    b, easel, colour = figure.build, figure.easel, shoe_colour(figure)
    top = leg.knee[1] + b.lower_leg * 0.38
    path = leg_path(figure, leg, 3.0)
    with easel.clip(box(-300, top, 300, 2000)):
        easel.shaded(path, colour, 5.0)
    share = 0.38
    x = leg.knee[0] + (leg.ankle[0] - leg.knee[0]) * share
    band = ribbon([(x - b.calf * 1.12, top), (x, top + 2), (x + b.calf * 1.12, top)], [3.5] * 3)
    easel.shape(band, colour.mix(WHITE, 0.1))


def draw_lower(figure: Figure) -> None:
    """Draw the garment around the hips, or the skirt of a dress."""
    b, outfit = figure.build, figure.person.outfit
    if figure.bottom < b.waist_y - 20:
        return
    if outfit.top in _WHOLE:
        _dress_skirt(figure)
    elif outfit.lower in (Lower.PANTS, Lower.SHORTS):
        _trousers(figure)
    elif outfit.lower is not Lower.NONE:
        long = {Lower.LONG_SKIRT: 0.86}.get(outfit.lower, figure.chance("skirt").uniform(0.3, 0.42))
        hem = b.hip_y + 20.0 + (b.upper_leg + b.lower_leg) * long * 0.72
        _skirt(
            figure, (b.waist_y + 8.0, hem), figure.lower_cloth, outfit.lower is Lower.PLEATED_SKIRT
        )


def _dress_skirt(figure: Figure) -> None:
    b, outfit = figure.build, figure.person.outfit
    legs = b.upper_leg + b.lower_leg
    if outfit.top is Top.KIMONO:
        _robe(figure)
        return
    hem = b.hip_y + legs * figure.chance("dress").uniform(0.32, 0.62)
    _skirt(
        figure, (hem_of(figure) - 24.0 if not figure.chibi else b.waist_y, hem), figure.cloth, False
    )
    if outfit.top is Top.MAID:
        _apron(figure, hem)
    elif outfit.top is Top.DRESS:
        y = b.waist_y + 2.0
        sash = ribbon([(-b.waist - 3, y), (0, y + 3), (b.waist + 3, y)], [5.0, 5.5, 5.0])
        figure.easel.shape(sash, figure.second_cloth)


def _skirt(figure: Figure, span: Point, cloth: Colour, pleated: bool) -> None:
    b, (top, hem) = figure.build, span
    flare = b.hip + (hem - top) * (0.34 if not pleated else 0.26)
    sway = figure.chance("sway").uniform(-8, 8)
    waist = b.waist + 3.0 + max(0.0, (top - b.waist_y) * 0.3)
    right: list[Point] = [(waist, top), (b.hip + 5, b.hip_y - 4), (flare + sway, hem - 6)]
    left: list[Point] = [(-flare + sway, hem - 6), (-b.hip - 5, b.hip_y - 4), (-waist, top)]
    count = 9 if pleated else 5
    edge = [right[-1]]
    for i in range(1, count * 2):
        x = flare - 2 * flare * i / (count * 2) + sway
        bow = 10.0 * (1 - ((x - sway) / flare) ** 2)
        edge.append((x, hem + bow + (2.5 if i % 2 else -2.5)))
    path = joined(right, [*edge, left[0]], left, [left[-1], (0, top + 3), right[0]])
    if figure.person.outfit.frills:
        for a, c in zip(edge[::2], [*edge[2::2], left[0]], strict=False):
            frill(figure, [a, c], 8.0, WHITE)
    cloth_piece(figure, path, cloth, 9.0)
    for i in range(1, count):
        x = -1 + 2 * i / count
        low = (x * flare * 0.97 + sway, hem + 6 * (1 - x * x))
        start = (
            (x * waist * 0.96, top + 8)
            if pleated
            else (x * b.hip * 0.9, b.hip_y + (hem - b.hip_y) * 0.35)
        )
        middle = ((start[0] + low[0]) / 2 - x * 4, (start[1] + low[1]) / 2)
        figure.easel.fold([start, middle, low], cloth, 0.9)


def _apron(figure: Figure, hem: float) -> None:
    b, easel = figure.build, figure.easel
    low = hem - 16.0
    right: list[Point] = [
        (b.waist * 0.85, b.waist_y),
        (b.hip * 0.9, b.hip_y),
        (b.hip * 0.86, low - 12),
    ]
    left = mirrored(right)
    frill(figure, [(-b.hip * 0.8, low - 2), (b.hip * 0.8, low - 2)], 9.0)
    apron = joined(right, [right[-1], (0, low + 6), left[0]], left, [left[-1], right[0]])
    easel.shaded(apron, WHITE, 6.0)
    band = ribbon(
        [(-b.waist - 2, b.waist_y), (0, b.waist_y + 3), (b.waist + 2, b.waist_y)], [4.5] * 3
    )
    easel.shape(band, WHITE)


def _robe(figure: Figure) -> None:
    b = figure.build
    low = b.hip_y + (b.upper_leg + b.lower_leg) * 0.92
    right: list[Point] = [(b.waist + 4, b.waist_y), (b.hip + 6, b.hip_y), (b.hip + 2, low)]
    left = mirrored(right)
    path = joined(right, [right[-1], (0, low + 5), left[0]], left, [left[-1], right[0]])
    cloth_piece(figure, path, figure.cloth, 8.0)
    figure.easel.fold([(10, b.waist_y + 10), (2, b.hip_y + 60), (-14, low)], figure.cloth, 1.2)


def _trousers(figure: Figure) -> None:
    b, easel, outfit = figure.build, figure.easel, figure.person.outfit
    cloth = figure.lower_cloth
    for leg in legs_of(figure):
        path = leg_path(figure, leg, 5.0)
        low = leg.ankle[1] - 2 if outfit.lower is Lower.PANTS else leg.hip[1] + b.upper_leg * 0.42
        with easel.clip(box(-300, -300, 300, low)):
            easel.fill(path, cloth)
            print_on(figure, path, cloth)
            easel.inner_shadow(path, cloth, (easel.style.side * 6.0, -1.0))
            easel.outline(path, cloth)
        x = leg.hip[0] if outfit.lower is Lower.SHORTS else leg.ankle[0]
        half = b.thigh * 0.95 if outfit.lower is Lower.SHORTS else b.calf * 0.72
        easel.fold([(x - half, low), (x, low + 1), (x + half, low)], cloth)
        if outfit.lower is Lower.PANTS:
            kx, ky = leg.knee
            easel.fold([(kx - 10, ky - 3), (kx, ky + 2), (kx + 8, ky - 2)], cloth, 0.7)
    seat = joined(
        [(-b.waist - 4, b.waist_y + 6), (-b.hip - 3, b.hip_y), (-b.hip + 2, b.hip_y + 26)],
        [(-b.hip + 2, b.hip_y + 26), (0, b.hip_y + 36), (b.hip - 2, b.hip_y + 26)],
        [(b.hip - 2, b.hip_y + 26), (b.hip + 3, b.hip_y), (b.waist + 4, b.waist_y + 6)],
        [(b.waist + 4, b.waist_y + 6), (-b.waist - 4, b.waist_y + 6)],
    )
    easel.fill(seat, cloth)
    print_on(figure, seat, cloth)
    easel.fold([(0, b.hip_y - 20), (1, b.hip_y + 10), (0, b.hip_y + 36)], cloth)
    easel.fill(ellipse(0, b.waist_y + 18, 3.0, 3.0), Colour(0.85, 0.75, 0.4))
