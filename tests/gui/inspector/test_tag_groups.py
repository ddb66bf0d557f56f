from dataclasses import replace
from datetime import UTC, datetime

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import Conflict, ImageDetails, ModelOpinion, ShownTag
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.inspector.tag_groups import State, group_tags

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GENERAL = TagCategory.GENERAL


def tag(name: str, category: TagCategory = GENERAL) -> Tag:
    return Tag(name, name, category)


def details(tags=(), suggestions=(), rejected=(), rating=None, conflicts=()) -> ImageDetails:
    return ImageDetails(
        1,
        "/a.png",
        ("/a.png",),
        None,
        NOW,
        NOW,
        ImageStatus.PRESENT,
        rating,
        tags,
        suggestions,
        rejected,
        conflicts=conflicts,
    )


def conflict(name: str, is_rejected: bool = False) -> Conflict:
    return Conflict(tag(name), (ModelOpinion("wd", 0.9, True),), is_rejected)


def test_conflicts_stand_with_their_tags():
    hat, cap = ShownTag(tag("hat"), Source.MODEL, 0.9), ShownTag(tag("cap"), Source.MODEL, 0.2)
    groups = group_tags(
        [
            details((hat,), (cap,), (tag("bow"),), conflicts=(conflict("hat"),)),
            details((hat,), conflicts=(conflict("hat"), conflict("bow", True))),
        ]
    )
    assert len(groups.by_category[GENERAL][0].conflicts) == 2
    assert groups.suggested[0].conflicts == ()
    assert [one.is_rejected for one in groups.rejected[0].conflicts] == [True]


def test_tags_stand_by_category_the_surest_first():
    groups = group_tags(
        [
            details(
                (
                    ShownTag(tag("hat"), Source.MODEL, 0.6),
                    ShownTag(tag("smile"), Source.MODEL, 0.9),
                    ShownTag(tag("reimu", TagCategory.CHARACTER), Source.USER, None),
                )
            )
        ]
    )
    assert [s.tag.name for s in groups.by_category[GENERAL]] == ["smile", "hat"]
    (reimu,) = groups.by_category[TagCategory.CHARACTER]
    assert (reimu.state, reimu.is_partial) == (State.SAID, False)


def test_of_several_pictures_partial_tags_are_counted():
    groups = group_tags(
        [
            details((ShownTag(tag("hat"), Source.MODEL, 0.6),), rating="general"),
            details((ShownTag(tag("hat"), Source.USER, 0.2),), rating="explicit"),
            details((ShownTag(tag("smile"), Source.MODEL, 0.9),), rating="general"),
        ]
    )
    hat, smile = groups.by_category[GENERAL]
    assert (hat.tag.name, hat.have, hat.of, hat.state, hat.score) == ("hat", 2, 3, State.SAID, 0.6)
    assert (smile.have, smile.is_partial) == (1, True)
    assert groups.ratings == (("general", 2), ("explicit", 1))


def test_suggestions_leave_out_ratings_and_what_a_picture_has():
    groups = group_tags(
        [
            details((ShownTag(tag("hat"), Source.USER, None),)),
            details(
                suggestions=(
                    ShownTag(tag("hat"), Source.MODEL, 0.4),
                    ShownTag(tag("broom"), Source.MODEL, 0.3),
                    ShownTag(tag("rating:general", TagCategory.RATING), Source.MODEL, 0.2),
                ),
                rejected=(tag("cat"),),
            ),
        ]
    )
    assert [s.tag.name for s in groups.suggested] == ["broom"]
    assert [(s.tag.name, s.have) for s in groups.rejected] == [("cat", 1)]


def test_of_one_picture_each_tag_has_what_models_say_of_it():
    hat, cap = ShownTag(tag("hat"), Source.MODEL, 0.9), ShownTag(tag("cap"), Source.MODEL, 0.2)
    said = {name: (ModelOpinion("wd", 0.9, True, 0.5),) for name in ("hat", "cap", "bow")}
    one = replace(details((hat,), (cap,), (tag("bow"),)), opinions=said)
    groups = group_tags([one])
    shown = (*groups.by_category[GENERAL], *groups.suggested, *groups.rejected)
    assert [state.opinions for state in shown] == [said["hat"]] * 3
    (several,) = group_tags([one, one]).by_category[GENERAL]
    assert several.opinions == ()


def test_a_tag_is_broader_where_it_is_on_every_picture_that_has_it():
    tags = tuple(ShownTag(tag(name), Source.MODEL, 0.9) for name in ("hair", "long_hair"))
    folded = replace(details(tags), broader=frozenset({"hair"}))
    names = {s.tag.name for s in group_tags([folded]).by_category[GENERAL] if s.is_broader}
    assert names == {"hair"}
    both = group_tags([folded, details(tags[:1])]).by_category[GENERAL]
    assert not any(state.is_broader for state in both)


def test_nothing_selected_gives_nothing():
    groups = group_tags([])
    assert not any(groups.by_category.values())
    assert groups.suggested == groups.rejected == groups.ratings == ()
