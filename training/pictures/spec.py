"""Specifications of pictures, and chance specifications."""

from random import Random

from training.pictures.acting import sample_expression, sample_pose
from training.pictures.attributes import ArmPose, ArtStyle, Backdrop, Framing, Gender, Subject
from training.pictures.cartoon.head import cartooned
from training.pictures.characters import CHARACTERS
from training.pictures.garments import Cloth
from training.pictures.person import Person, Traits
from training.pictures.picture import PictureSpec, Wear
from training.pictures.planting import tail_weights
from training.pictures.sampling import sample_traits, weighted
from training.pictures.tags_backdrop import PLACES
from training.pictures.wardrobe import sample_outfit
from training.pictures.wear import sample_wear

__all__ = [
    "PictureSpec",
    "Wear",
    "sample_identity",
    "sample_person",
    "sample_portrayal",
    "sample_spec",
]

_FRAMINGS = (
    (Framing.CLOSE_UP, 0.2),
    (Framing.PORTRAIT, 0.25),
    (Framing.UPPER_BODY, 0.25),
    (Framing.COWBOY_SHOT, 0.15),
    (Framing.FULL_BODY, 0.15),
)
_STYLES = (
    (ArtStyle.CEL, 0.36),
    (ArtStyle.PAINTED, 0.34),
    (ArtStyle.FLAT, 0.08),
    (ArtStyle.GREYSCALE, 0.06),
    (ArtStyle.SKETCH, 0.05),
    (ArtStyle.CHIBI, 0.08),
    (ArtStyle.PIXEL_ART, 0.03),
    (ArtStyle.CARTOON, 0.03),
)
_SIMPLE = (
    (Backdrop.WHITE, 3.0),
    (Backdrop.TRANSPARENT, 0.8),
    (Backdrop.PLAIN, 2.4),
    (Backdrop.GRADIENT, 2.0),
)
_REACHING = (ArmPose.HOLDING, ArmPose.WAVE, ArmPose.V_SIGN)
_WIDE_ENOUGH = {Framing.UPPER_BODY: 1.0, Framing.COWBOY_SHOT: 0.78}
"""The least aspect that shows a hand that reaches to the side."""
_COUNTS = ((1, 0.885), (2, 0.075), (3, 0.02), (4, 0.009), (5, 0.006), (6, 0.005))
_MOST_BOYS = 3
"""Nobody counts more boys than that: there is no tag of theirs beyond it."""
ACQUAINTANCES = 500
"""How many nameless identities come back in chance pictures; see ``sample_identity``."""
_USUAL_OUTFIT = 0.6
"""How often a character wears what it is known for."""


def sample_spec(rng: Random, long_tail: float = 0.0, art: ArtStyle | None = None) -> PictureSpec:
    """Return a chance picture; one figure in five is a named character.

    ``long_tail`` says how unevenly: the k-th character is drawn as often as k to its minus power.
    ``art`` is the one style of all pictures; without it each has a chance style.
    """
    seed = rng.getrandbits(48)
    if rng.random() < 0.06:
        return _empty_scene(rng, seed, art)
    count = weighted(rng, _COUNTS)
    traits: list[Traits] = []
    while len(traits) < count:
        someone = _someone(rng, long_tail)
        boys = sum(t.gender is Gender.BOY for t in traits)
        if someone not in traits and (someone.gender is Gender.GIRL or boys < _MOST_BOYS):
            traits.append(someone)
    return _picture(rng, seed, traits, art)


def sample_portrayal(traits: Traits, rng: Random, art: ArtStyle | None = None) -> PictureSpec:
    """Return a chance picture of one identity, alone; in one style where it is given."""
    return _picture(rng, rng.getrandbits(48), [traits], art)


def _someone(rng: Random, long_tail: float) -> Traits:
    """Return a named character, somebody who is met again and again, or a stranger."""
    kind = rng.random()
    if kind < 0.2:
        if long_tail <= 0:
            return rng.choice(CHARACTERS)
        return rng.choices(CHARACTERS, tail_weights(len(CHARACTERS), long_tail))[0]
    if kind < 0.55:
        return sample_identity(rng.randrange(ACQUAINTANCES))
    return sample_traits(rng)


def sample_identity(number: int) -> Traits:
    """Return the identity of that number: the same one for ever, and as many as wanted."""
    return sample_traits(Random(f"identity {number}"))


def _picture(
    rng: Random, seed: int, traits: list[Traits], art: ArtStyle | None = None
) -> PictureSpec:
    framing = weighted(rng, _FRAMINGS)
    usual = weighted(rng, _STYLES)
    art = art or usual
    if len(traits) > 1 and framing is Framing.CLOSE_UP:
        framing = Framing.PORTRAIT
    if art is ArtStyle.CHIBI and framing in (Framing.COWBOY_SHOT, Framing.UPPER_BODY):
        framing = Framing.FULL_BODY
    if art is ArtStyle.PIXEL_ART and framing in (Framing.COWBOY_SHOT, Framing.FULL_BODY):
        framing = Framing.UPPER_BODY
    if art is ArtStyle.CARTOON:
        traits = [cartooned(t) for t in traits]
    people = tuple(sample_person(t, rng, framing) for t in traits)
    raised = any(person.pose.arms in _REACHING for person in people)
    aspect, offset = _aspect(rng, framing, len(people)), rng.triangular(-1, 1, 0)
    backdrop = _backdrop(rng)
    return PictureSpec(
        seed=seed,
        people=people,
        framing=framing,
        backdrop=backdrop,
        blurry=rng.uniform(1.5, 5.0) if backdrop in PLACES and rng.random() < 0.2 else 0.0,
        backdrop_colour=rng.choice(tuple(Cloth)),
        art=art,
        crop=rng.random() if framing is Framing.PORTRAIT and len(people) == 1 else 0.0,
        aspect=max(aspect, _WIDE_ENOUGH.get(framing, 0.0)) if raised else aspect,
        offset=0.0 if raised else offset,
        tint=rng.choice((0.0, 0.0, rng.uniform(0.1, 0.5))),
        wear=sample_wear(rng),
    )


def sample_person(traits: Traits, rng: Random, framing: Framing) -> Person:
    """Return an identity with chance clothes, feelings and pose."""
    outfit = traits.outfit
    if rng.random() > _USUAL_OUTFIT:
        outfit = sample_outfit(rng, traits.gender)
    expression, pose = sample_expression(rng), sample_pose(rng, framing)
    return Person(traits, outfit, expression, pose)


def _backdrop(rng: Random) -> Backdrop:
    if rng.random() < 0.5:
        return weighted(rng, _SIMPLE)
    simple = [b for b, _ in _SIMPLE]
    return rng.choice([b for b in Backdrop if b not in simple])


def _aspect(rng: Random, framing: Framing, count: int) -> float:
    if count > 1:
        return rng.uniform(0.95, 1.2) * {2: 1.0, 3: 1.4}.get(count, 1.6)
    if framing is Framing.CLOSE_UP:
        return rng.choice((1.0, rng.uniform(0.9, 1.1)))
    if framing in (Framing.COWBOY_SHOT, Framing.FULL_BODY):
        return rng.choice((rng.uniform(0.6, 0.8), rng.uniform(0.6, 1.0), 1.0))
    return rng.choice((rng.uniform(0.68, 0.85), 1.0, rng.uniform(0.8, 1.5)))


def _empty_scene(rng: Random, seed: int, art: ArtStyle | None) -> PictureSpec:
    subject = rng.choice(tuple(Subject))
    simple = [b for b, _ in _SIMPLE]
    scenes = [Backdrop.OCEAN, Backdrop.SUNSET, Backdrop.NIGHT, Backdrop.FIELD, Backdrop.FLOWERS,
              Backdrop.CHERRY, Backdrop.FOREST, Backdrop.MOUNTAINS, Backdrop.CITY, Backdrop.SKY,
              Backdrop.SNOW, Backdrop.RAIN, Backdrop.CLASSROOM, Backdrop.WINDOW,
              Backdrop.LIBRARY, Backdrop.UNDERWATER, Backdrop.AUTUMN]  # fmt: skip
    backdrop = rng.choice(scenes if subject is Subject.SCENERY or rng.random() < 0.4 else simple)
    backdrop_colour = rng.choice(tuple(Cloth))
    usual = rng.choice((ArtStyle.CEL, ArtStyle.PAINTED, ArtStyle.GREYSCALE, ArtStyle.FLAT))
    return PictureSpec(
        seed=seed,
        people=(),
        framing=Framing.FULL_BODY,
        backdrop=backdrop,
        backdrop_colour=backdrop_colour,
        art=art or usual,
        aspect=rng.choice((1.0, 1.5, 16 / 9, 0.75)),
        subject=subject,
        wear=sample_wear(rng),
    )
