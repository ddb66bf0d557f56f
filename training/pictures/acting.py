"""Expressions and poses that go together."""

from random import Random

from training.pictures.attributes import ArmPose, Brow, EyeState, Framing, Gaze, Held, Mood, Mouth
from training.pictures.person import Expression, Pose

_E, _M, _B = EyeState, Mouth, Brow
_MOODS: dict[Mood, tuple[float, tuple[EyeState, ...], tuple[Brow, ...], tuple[Mouth, ...]]] = {
    Mood.CALM: (
        2.4,
        (_E.OPEN, _E.OPEN, _E.OPEN, _E.CLOSED),
        (_B.ARCHED, _B.FLAT),
        (_M.SMILE, _M.SMILE, _M.LINE, _M.PARTED),
    ),
    Mood.HAPPY: (
        3.0,
        (_E.OPEN, _E.OPEN, _E.OPEN, _E.CLOSED, _E.WINK),
        (_B.ARCHED,),
        (_M.OPEN_SMILE, _M.OPEN_SMILE, _M.SMILE, _M.GRIN, _M.CAT, _M.TONGUE),
    ),
    Mood.EXPRESSIONLESS: (0.9, (_E.OPEN, _E.HALF), (_B.FLAT,), (_M.LINE,)),
    Mood.ANGRY: (1.0, (_E.OPEN,), (_B.V,), (_M.FROWN, _M.SHOUT, _M.LINE, _M.OPEN)),
    Mood.SAD: (0.9, (_E.OPEN, _E.HALF, _E.CLOSED), (_B.WORRIED,), (_M.FROWN, _M.WAVY, _M.OPEN)),
    Mood.SURPRISED: (0.8, (_E.WIDE,), (_B.ARCHED, _B.WORRIED), (_M.SMALL_O, _M.OPEN)),
    Mood.SHY: (0.9, (_E.OPEN, _E.HALF), (_B.WORRIED,), (_M.WAVY, _M.PARTED, _M.FROWN, _M.SMILE)),
    Mood.SMUG: (0.5, (_E.HALF, _E.OPEN), (_B.V,), (_M.SMILE, _M.GRIN, _M.CAT)),
    Mood.SLEEPY: (0.4, (_E.HALF, _E.CLOSED), (_B.FLAT, _B.WORRIED), (_M.PARTED, _M.LINE, _M.OPEN)),
}


def sample_expression(rng: Random) -> Expression:
    """Return an expression; its parts belong to one mood."""
    moods = tuple(_MOODS)
    mood = rng.choices(moods, [_MOODS[m][0] for m in moods])[0]
    _, eyes, brows, mouths = _MOODS[mood]
    blush = (
        rng.uniform(0.6, 1.0) if mood is Mood.SHY or rng.random() < 0.16 else rng.uniform(0, 0.2)
    )
    return Expression(
        mood=mood,
        eyes=rng.choice(eyes),
        brow=rng.choice(brows),
        mouth=rng.choice(mouths),
        blush=blush,
        tears=mood is Mood.SAD and rng.random() < 0.6,
        sweat=mood in (Mood.SHY, Mood.SURPRISED) and rng.random() < 0.3,
    )


def sample_pose(rng: Random, framing: Framing) -> Pose:
    """Return a pose; poses of the arms that the frame cuts off are not chosen."""
    arms = ArmPose.SIDES
    if framing not in (Framing.CLOSE_UP, Framing.PORTRAIT):
        arms = rng.choice(tuple(ArmPose))
    held = Held.NOTHING
    if arms is ArmPose.HOLDING:
        held = rng.choice([h for h in Held if h is not Held.NOTHING])
    gaze = rng.choices(tuple(Gaze), (0.72, 0.09, 0.09, 0.05, 0.05))[0]
    return Pose(
        arms=arms,
        held=held,
        gaze=gaze,
        turn=rng.choice((rng.triangular(-1, 1, 0), rng.uniform(-1, 1))),
        nod=rng.triangular(-1, 1, 0),
        tilt=rng.triangular(-22, 22, 0),
        lean=rng.triangular(-3, 3, 0),
        mirrored=rng.random() < 0.5,
        stance=rng.random(),
    )
