from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.facets.rows import facet_rows

GENERAL, CHARACTER, RATING = TagCategory.GENERAL, TagCategory.CHARACTER, TagCategory.RATING


def tag(name: str, category: TagCategory = GENERAL) -> Tag:
    return Tag(name, name, category)


def test_rows_stand_by_category_without_what_was_asked_for():
    facets = {
        RATING: [(tag("rating:general", RATING), 3)],
        GENERAL: [(tag("long_hair"), 5), (tag("hat"), 4)],
        CHARACTER: [(tag("reimu", CHARACTER), 2)],
        TagCategory.META: [],
    }
    rows = facet_rows(facets, ["Long Hair"])
    assert [(row.text, row.count) for row in rows] == [
        *(("Character", 0), ("reimu", 2), ("General", 0), ("hat", 4)),
        *(("Rating", 0), ("general", 3)),
    ]
    assert facet_rows(facets, ["long_hair", "hat", "reimu", "rating:general"]) == []


def test_each_category_is_short():
    facets = {TagCategory.ARTIST: [(tag(str(n), TagCategory.ARTIST), 9) for n in range(99)]}
    assert len(facet_rows(facets, [])) == 9
