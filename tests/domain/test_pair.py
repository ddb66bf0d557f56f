"""What follows from verdicts on pairs of pictures."""

from anitag_desktop.domain.pair import JudgedPair, PairVerdict, better_of

SAME = PairVerdict.SAME


def rank(*missing):
    return lambda picture: None if picture in missing else (picture,)


def same(better, other):
    return JudgedPair(*sorted((better, other)), SAME, better)


def test_nothing_follows_from_nothing_nor_from_pictures_told_apart():
    apart = [JudgedPair(1, 2, PairVerdict.DIFFERENT), JudgedPair(2, 3, PairVerdict.ALTERNATES)]
    assert better_of([], rank()) == better_of(apart, rank()) == {}


def test_the_better_one_is_followed_up_to_the_best():
    assert better_of([same(5, 3), same(7, 5), same(9, 8)], rank()) == {3: 7, 5: 7, 8: 9}


def test_a_picture_that_cannot_be_seen_is_nobodys_better_but_links_those_that_can():
    pairs = [same(5, 3), same(7, 5)]
    assert better_of(pairs, rank(7)) == {3: 5}
    assert better_of(pairs, rank(5)) == {3: 7}
    assert better_of(pairs, rank(5, 7)) == better_of(pairs, rank(3, 7)) == {}


def test_two_that_are_better_than_a_third_and_a_ring_are_settled_by_goodness():
    assert better_of([same(5, 3), same(4, 3)], rank()) == {3: 4, 5: 4}
    assert better_of([same(2, 1), same(3, 2), same(1, 3)], rank()) == {2: 1, 3: 1}


def test_a_long_chain_costs_no_deep_recursion():
    links = [same(n + 1, n) for n in range(20_000)]
    assert better_of(links, rank())[0] == 20_000
