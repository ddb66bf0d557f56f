"""What is counted and proposed beside a result: facets, related tags, lists of tags, completion."""

import random
from collections.abc import Callable, Iterator

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.store import Store
from tests.benchmarks.many_names import many_names
from tests.benchmarks.search_library import GENERAL, tag_name
from tests.benchmarks.search_table import Table, Took, once

COMPLETION_GOAL, COUNTING_GOAL = 10.0, 50.0
REPEATS = 40
TYPED = {
    "1 letter": ["w", "c", "s", "t"],
    "2 letters": ["wo", "ch", "se", "wt"],
    "3 letters": ["wor", "cha", "ser", "thi"],
    "more": ["word1", "thing5", "charatcer12_(series)", "wrod12_thing101", "serise12"],
}
BEFORE = ("", tag_name(3) + " ", f"{tag_name(20)} -{tag_name(5)} ")


def measure_counting(store: Store, searcher: Searcher, table: Table) -> None:
    for what, ask in (("facets", searcher.facets), ("related tags", searcher.related)):
        for kind, texts in results().items():
            times = [asked(searcher, lambda t=t, ask=ask: ask(t)) for t in texts]
            table.times(f"{what} of {kind}", times, COUNTING_GOAL)
    categories = [None, *TagCategory]
    times = [asked(searcher, lambda c=c: searcher.tag_counts(c)) for c in categories]
    table.times("the commonest tags of a category", times, COUNTING_GOAL)
    table.once("counts of all tags", asked(searcher, searcher.counts))
    administration, counts = TagAdministration(store), searcher.counts()
    table.once("list of all tags", once(lambda: administration.list_tags(counts=counts)))


def results() -> dict[str, list[str]]:
    """Return searches by how much they find."""
    draw = random.Random(3)
    return {
        "everything": [""],
        "a common tag": [tag_name(draw.randrange(60)) for _ in range(10)],
        "two tags": [
            f"{tag_name(draw.randrange(20))} {tag_name(draw.randrange(100))}" for _ in range(10)
        ],
        "a rare tag": [tag_name(draw.randrange(300, GENERAL)) for _ in range(10)],
    }


def measure_completion(searcher: Searcher, table: Table) -> None:
    table.once("names read for completion", once(lambda: searcher.complete("a", 1)))
    for kind, typed in TYPED.items():
        texts = [before + one for before in BEFORE for one in typed] * 3
        times = [asked(searcher, lambda t=t: searcher.complete(t, len(t))) for t in texts]
        table.times(f"completion within a query: {kind}", times, COMPLETION_GOAL)
    for kind, times in completion_of_many():
        table.times(f"among 200,000 names: {kind}", times, COMPLETION_GOAL)


def completion_of_many() -> Iterator[tuple[str, list[Took]]]:
    completer, typed = many_names()
    for kind, make in typed.items():
        texts = [make() for _ in range(REPEATS)]
        completer.complete(texts[0], len(texts[0]))  # some lists are made when they are needed
        yield kind, [once(lambda t=t: completer.complete(t, len(t))) for t in texts]


def asked(searcher: Searcher, run: Callable[[], object]) -> Took:
    """Measure a question that was not asked before."""
    searcher._index._found.clear()
    return once(run)
