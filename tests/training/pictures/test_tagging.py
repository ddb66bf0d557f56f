"""Tags of specifications: all of the vocabulary, nothing but the vocabulary, only what is seen."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
import skia

from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from training.pictures.attributes import (
    Accessory,
    ArtStyle,
    EyeState,
    Framing,
    Gender,
    HairLength,
    HairStyle,
    Mouth,
)
from training.pictures.characters import CHARACTERS
from training.pictures.drawing import size_of
from training.pictures.easel import Easel
from training.pictures.figure import Figure
from training.pictures.framing import places_of
from training.pictures.garments import Cloth, Legwear, Lower, Neckwear, Top
from training.pictures.limbs import arms_of
from training.pictures.person import Expression
from training.pictures.picture import PictureSpec
from training.pictures.spec import sample_identity, sample_portrayal, sample_spec
from training.pictures.style import style_of
from training.pictures.tagging import rating_of, tags_of
from training.pictures.vocabulary import CHARACTER, GENERAL, VOCABULARY

SPECS = 6000


@pytest.fixture(scope="module")
def seen() -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for number in range(SPECS):
        counts.update(tags_of(sample_spec(Random(f"tagging {number}"))))
    return counts


def names(spec: PictureSpec) -> set[str]:
    return {name for name, _ in tags_of(spec)}


def portrayal(framing: Framing, **outfit: object) -> PictureSpec:
    spec = sample_portrayal(sample_identity(1), Random(5))
    (person,) = spec.people
    person = replace(
        person,
        outfit=replace(person.outfit, **outfit),
        traits=replace(person.traits, accessories=frozenset()),
        expression=Expression(),
    )
    return replace(spec, people=(person,), framing=framing, art=ArtStyle.CEL)


def test_nothing_outside_the_vocabulary(seen: Counter[tuple[str, str]]) -> None:
    assert set(seen) <= set(VOCABULARY)


def test_nearly_all_of_the_vocabulary_turns_up(seen: Counter[tuple[str, str]]) -> None:
    missing = set(VOCABULARY) - set(seen)
    assert len(missing) <= 12, sorted(missing)


def test_vocabulary_is_sorted_and_normal() -> None:
    assert list(GENERAL) == sorted(set(GENERAL))
    assert list(CHARACTER) == sorted(set(CHARACTER))
    assert len(CHARACTER) == len(CHARACTERS)
    for name, category in VOCABULARY:
        assert normalize_tag_name(name) == name
        TagCategory(category)


def test_rating_is_general() -> None:
    assert rating_of(sample_spec(Random(1))).value == "general"


def test_counts_add_up() -> None:
    for number in range(300):
        spec = sample_spec(Random(f"count {number}"))
        found = names(spec)
        if not spec.people:
            assert "no_humans" in found
            assert not found & {"solo", "1girl", "1boy", "smile"}
        assert ("solo" in found) is (len(spec.people) == 1)


def test_lower_clothes_only_where_they_are_seen() -> None:
    outfit = {
        "top": Top.SHIRT,
        "lower": Lower.PLEATED_SKIRT,
        "lower_colour": Cloth.RED,
        "legwear": Legwear.THIGHHIGHS,
    }
    assert not names(portrayal(Framing.UPPER_BODY, **outfit)) & {"skirt", "thighhighs"}
    assert {"skirt", "red_skirt"} <= names(portrayal(Framing.COWBOY_SHOT, **outfit))
    assert {"skirt", "thighhighs"} <= names(portrayal(Framing.FULL_BODY, **outfit))


def test_a_face_alone_shows_no_clothes() -> None:
    found = names(portrayal(Framing.CLOSE_UP, top=Top.SERAFUKU, neckwear=Neckwear.BOW))
    assert not found & {"serafuku", "bow", "school_uniform", "shirt"}


def test_winking_shows_one_eye_colour() -> None:
    spec = portrayal(Framing.PORTRAIT)
    (person,) = spec.people
    wink = replace(person, expression=Expression(eyes=EyeState.WINK, mouth=Mouth.GRIN))
    found = names(replace(spec, people=(wink,)))
    assert "one_eye_closed" in found
    assert "heterochromia" not in found


def test_hats_hide_buns() -> None:
    spec = portrayal(Framing.PORTRAIT)
    (person,) = spec.people
    hair = replace(person.traits.hair, style=HairStyle.BUN, length=HairLength.MEDIUM)
    bare = replace(person, traits=replace(person.traits, hair=hair))
    hatted = replace(
        bare, traits=replace(bare.traits, accessories=frozenset({Accessory.WITCH_HAT}))
    )
    assert "hair_bun" in names(replace(spec, people=(bare,)))
    assert "hair_bun" not in names(replace(spec, people=(hatted,)))


def test_characters_bring_their_copyright() -> None:
    for traits in CHARACTERS:
        tags = tags_of(sample_portrayal(traits, Random(2)))
        assert (traits.name, "character") in tags
        assert ("anitag_samples", "copyright") in tags


def test_identities_are_many_and_stable() -> None:
    assert sample_identity(12) == sample_identity(12)
    assert len({sample_identity(n).hair.seed for n in range(300)}) == 300


def test_nobody_is_twice_in_a_picture() -> None:
    for number in range(2000):
        people = sample_spec(Random(f"twice {number}")).people
        assert len({person.traits for person in people}) == len(people)


def test_what_a_hand_holds_is_inside_the_frame() -> None:
    for number in range(3000):
        spec = sample_spec(Random(f"held {number}"))
        if len(spec.people) != 1 or "holding" not in names(spec):
            continue
        width, height = size_of(spec, 1000)
        (place,) = places_of(spec, width, height)
        easel = Easel(skia.Surface(1, 1).getCanvas(), style_of(spec.art, Random(0)))
        figure = Figure(spec.people[0], easel, "seed", spec.art, place.bottom)
        hand = next(arm.palm for arm in arms_of(figure) if arm.posing)
        assert 0 < place.x + hand[0] * place.scale < width


def test_close_portraits_say_nothing_of_what_is_cut_off() -> None:
    spec = portrayal(Framing.PORTRAIT, top=Top.SHIRT, neckwear=Neckwear.NONE)
    (person,) = spec.people
    worn = frozenset({Accessory.CHOKER, Accessory.NECKLACE})
    person = replace(person, traits=replace(person.traits, accessories=worn))
    usual = names(replace(spec, people=(person,), crop=0.0))
    close = names(replace(spec, people=(person,), crop=1.0))
    assert {"shirt", "necklace", "choker", "portrait"} <= usual
    assert {"choker", "portrait"} <= close
    assert not {"shirt", "necklace", "jewelry"} & close


def test_groups_are_counted_and_never_have_more_boys_than_can_be_told() -> None:
    told = Counter[int]()
    for number in range(3000):
        spec = sample_spec(Random(f"group {number}"))
        count = len(spec.people)
        told[count] += 1
        girls = sum(p.traits.gender is Gender.GIRL for p in spec.people)
        assert count - girls <= 3
        if girls >= 6:
            assert "6+girls" in names(spec)
        elif girls >= 2:
            assert f"{girls}girls" in names(spec)
        assert ("solo" in names(spec)) == (count == 1)
    assert set(told) == set(range(7))


def test_only_places_are_out_of_focus() -> None:
    for number in range(600):
        spec = sample_spec(Random(f"blurry {number}"))
        assert ("blurry_background" in names(spec)) == (spec.blurry > 0)
        if spec.blurry > 0:
            assert {"outdoors", "indoors"} & names(spec)
