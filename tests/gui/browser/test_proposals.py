"""What a term that nobody knows may have meant, as the whole search with it."""

from types import SimpleNamespace

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.browser.proposals import what_was_meant
from anitag_desktop.search.highlight import highlight
from anitag_desktop.search.index import KnownTag


def test_a_misspelt_metatag_comes_before_the_tags_that_are_like_it() -> None:
    near = [KnownTag(Tag("1", "widht", TagCategory.GENERAL), 3)]
    searching = SimpleNamespace(
        highlight=lambda text: highlight(text, lambda _name: None), did_you_mean=lambda _name: near
    )
    library = SimpleNamespace(searching=searching)
    (unknown,) = what_was_meant(library, "hat Widht:>100 (cat)", ["widht:>100"])
    assert unknown.place == (4, 14)
    assert [one.name for one in unknown.proposals] == ["width:>100", "widht"]
    assert unknown.proposals[0].search == "hat width:>100 (cat)"
    (plain,) = what_was_meant(library, "re:zero", ["re:zero"])
    assert [one.name for one in plain.proposals] == ["widht"]
