"""Deciding by the rules which posts are taken, and which of their tags count."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from anitag_desktop.domain.error import AnitagError
from training.danbooru.ratings import RatingScheme, rating_letters, rating_words
from training.metadata.known_posts import KnownPosts
from training.metadata.lines import STANDARD_INPUT, MetadataLines
from training.metadata.posts import MetadataPost, Tagged, check_file, read_post, sorted_tags
from training.metadata.relations import Relations
from training.metadata.rules import FilterRules

FIRST_ROWS = 20_000
"""Rows that are looked at to tell which ratings a dump has."""

TELL_EVERY = 500_000

Tell = Callable[[int], None]
"""Is told how many rows were seen, now and then."""


class Chosen(NamedTuple):
    """A post that the rules let through, with its tags that count."""

    post: MetadataPost
    tags: Tagged


class Choice:
    """Goes once through metadata; ``refused`` counts posts by the rule that they failed.

    A post that comes again after it was let through is ``repeated``.
    """

    def __init__(
        self,
        lines: MetadataLines,
        rules: FilterRules,
        relations: Relations,
        tell: Tell = lambda _seen: None,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.seen = 0
        self.scheme = _scheme(rules, lines.paths)
        self.rules = rules
        self._lines = lines
        self._relations = relations
        self._tell = tell
        self._known = KnownPosts()
        self._since = rules.since.isoformat() if rules.since else ""
        self._until = rules.until.isoformat() if rules.until else "9999-99-99"
        self._flags = tuple(f"is_{name}" for name in rules.refused_status)
        self._required = self._named(rules.required)
        self._excluded = self._named(rules.excluded)
        self._dropped = self._named(rules.dropped)
        self._asked = _Asked(relations, self._required | self._excluded)
        words = rating_words(self.scheme)
        wanted = _letters(rules, self.scheme) or frozenset(words.values())
        self._wanted_ratings = {word: letter in wanted for word, letter in words.items()}

    def __iter__(self) -> Iterator[Chosen]:
        """Yield what the rules let through.

        Raises:
            AnitagError: ``bad_manifest`` with file and row for a row that is none, or whose rating
                the scheme does not have.
        """
        for line in self._lines:
            self.seen += 1
            if self.seen % TELL_EVERY == 0:
                self._tell(self.seen)
            try:
                post = read_post(line)
                refusal = self._refusal(post)
                if refusal is None:
                    tags = sorted_tags(post)
                    refusal = self._refusal_of_tags(tags)
                    check_file(post)
            except (msgspec.MsgspecError, ValueError) as error:
                raise self._lines.wrong(str(error)) from None
            if refusal is not None:
                self.refused[refusal] += 1
            elif self._known.add(post.id):
                yield Chosen(post, self._counted(tags))
            else:
                self.refused["repeated"] += 1

    def _named(self, tags: Iterable[str]) -> frozenset[str]:
        """Return tags of the rules by the names that they have in the end."""
        return frozenset(name for tag in tags for name in self._relations[tag][:1])

    def _refusal(self, post: MetadataPost) -> str | None:
        """Return which rule a post fails, of those that need no tags."""
        if not self._since <= post.created_at[:10] <= self._until:
            return "date"
        if not self._is_wanted(post.rating):
            return "rating"
        if post.parent_id and self.rules.parents == "none":
            return "parent"
        for flag in self._flags:
            if getattr(post, flag):
                return flag.removeprefix("is_")
        return None

    def _is_wanted(self, rating: str) -> bool:
        wanted = self._wanted_ratings.get(rating)
        if wanted is None:
            raise ValueError(f"the rating {rating[:20]!r} is none of {self.scheme.value}")
        return wanted

    def _refusal_of_tags(self, tags: Tagged) -> str | None:
        if not self._asked.names:
            return None
        written = chain.from_iterable(tags.values())
        found = set(chain.from_iterable(map(self._asked.__getitem__, written)))
        if not self._required <= found:
            return "required"
        return None if self._excluded.isdisjoint(found) else "excluded"

    def _counted(self, tags: Tagged) -> Tagged:
        """Return the tags that count with what they stand for, each once."""
        counted: Tagged = {}
        for kind in self.rules.categories:
            if kind in tags:
                stands_for = map(self._relations.__getitem__, tags[kind])
                names = dict.fromkeys(chain.from_iterable(stands_for))
                counted[kind] = [name for name in names if name not in self._dropped]
        return counted


class _Asked(dict[str, tuple[str, ...]]):
    """Of what a tag stands for, as it is written, the names that rules ask for; mostly none."""

    def __init__(self, relations: Relations, names: frozenset[str]) -> None:
        self.names = names
        self._relations = relations

    def __missing__(self, written: str) -> tuple[str, ...]:
        found = tuple(name for name in self._relations[written] if name in self.names)
        self[written] = found
        return found


class TagCounts:
    """How many posts have a tag, by category."""

    def __init__(self) -> None:
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, tags: Tagged) -> None:
        """Count the tags of a post."""
        for category, names in tags.items():
            self._counts[category].update(names)

    def frequent(self, least: int) -> dict[str, Counter[str]]:
        """Return the tags that come at least so often, with their counts, by category."""
        return {
            category: Counter({name: n for name, n in counts.items() if n >= least})
            for category, counts in self._counts.items()
        }


def _scheme(rules: FilterRules, paths: Sequence[Path]) -> RatingScheme:
    """Return the scheme of the rules; ``auto``: since 2022 some of the first rows are ``g``."""
    if rules.rating_scheme != "auto":
        return RatingScheme(rules.rating_scheme)
    if STANDARD_INPUT in paths:
        reason = "rating_scheme has to be told (pre2022 or 2022) where the dump is piped in"
        raise AnitagError("bad_config", path="the rules", reason=reason)
    for line in islice(MetadataLines(paths), FIRST_ROWS):
        try:
            if read_post(line).rating in ("g", "general"):
                return RatingScheme.SINCE_2022
        except msgspec.MsgspecError:
            continue  # it is told when it is its turn
    return RatingScheme.PRE_2022


def _letters(rules: FilterRules, scheme: RatingScheme) -> frozenset[str]:
    try:
        return rating_letters(rules.ratings, scheme)
    except ValueError as error:
        raise AnitagError("bad_config", path="the rules", reason=str(error)) from None
