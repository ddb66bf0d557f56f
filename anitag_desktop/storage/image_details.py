"""Image details: all that both databases know of images, read for many of them at a time.

Connections are reading ones of the library, which see the index as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.storage import conflicts, images, marks, opinions, regions, settings
from anitag_desktop.storage.file_problems import problems_of_images
from anitag_desktop.storage.image_files import ImageFile, files_of_images
from anitag_desktop.storage.overlaps import tell_broader
from anitag_desktop.storage.schema import SCORE_SCALE, idx_images, idx_tags, image_tags
from anitag_desktop.storage.schema import images as image_table
from anitag_desktop.storage.schema import tags as tag_table
from anitag_desktop.storage.selection import one_of

_CATEGORY_ORDER = {category: place for place, category in enumerate(TagCategory)}


def brief(
    conn: Connection, image_ids: Sequence[int], inside: Sequence[bytes] = ()
) -> list[ImageDetails]:
    """Return images with their effective tags, in the order of the ids; unknown ids are left out.

    ``path`` is one at or under the paths ``inside`` where there is one.
    """
    facts = images.facts(conn, image_ids)
    added = _added(conn, image_ids)
    places = files_of_images(conn, image_ids, inside)
    found = _effective(conn, image_ids)
    return [
        _details(image_id, facts[image_id], added[image_id], places[image_id], found[image_id])
        for image_id in image_ids
        if image_id in facts and image_id in places
    ]


def full(
    conn: Connection, image_ids: Sequence[int], inside: Sequence[bytes] = ()
) -> list[ImageDetails]:
    """Return images with everything that is known of them, in the order of the ids."""
    said = opinions.scores(conn, image_ids)
    told = opinions.attributed(conn, said)
    scores = opinions.without_ratings(said)
    suggested = opinions.suggestions(scores)
    rejected = opinions.rejections(conn, image_ids)
    disputed = conflicts.of_images(conn, scores, rejected)
    history = opinions.history(conn, image_ids)
    marked = marks.of_images(conn, image_ids)
    problems = problems_of_images(conn, image_ids)
    parts = regions.of_images(conn, image_ids)
    found = [
        replace(
            details,
            suggestions=_left_over(details, suggested[image_id], rejected[image_id]),
            rejected=tuple(sorted(rejected[image_id], key=lambda tag: tag.name)),
            history=tuple(history[image_id]),
            problems=tuple(problems[image_id]),
            conflicts=disputed.get(image_id, ()),
            opinions=told.get(image_id, {}),
            regions=parts.get(image_id, ()),
            **marked[image_id]._asdict(),
        )
        for details in brief(conn, image_ids, inside)
        if (image_id := details.image_id) is not None
    ]
    return tell_broader(conn, found) if settings.load(conn).drop_broader else found


def tag_names(conn: Connection, image_id: int) -> frozenset[str]:
    """Return the names of an image's effective tags, its rating's (``rating:general``) too."""
    return frozenset(shown.tag.name for shown in _effective(conn, [image_id])[image_id])


def _details(
    image_id: int, facts: ImageFacts, added: float, places: list[ImageFile], found: list[ShownTag]
) -> ImageDetails:
    best = places[0]
    ratings = [shown.tag.name for shown in found if shown.tag.category is TagCategory.RATING]
    shown = [shown for shown in found if shown.tag.category is not TagCategory.RATING]
    return ImageDetails(
        image_id=image_id,
        path=best.text,
        paths=tuple(place.text for place in places),
        facts=facts,
        added=datetime.fromtimestamp(added, UTC),
        modified=datetime.fromtimestamp(best.mtime_ns / 1e9, UTC),
        status=best.status,
        rating=ratings[0].removeprefix("rating:") if ratings else None,
        tags=tuple(sorted(shown, key=_rank)),
    )


def _left_over(
    details: ImageDetails, suggested: Iterable[ShownTag], rejected: Iterable[Tag]
) -> tuple[ShownTag, ...]:
    """Return the suggestions that are neither tags of the picture nor rejected, surest first."""
    settled = {shown.tag.uid for shown in details.tags} | {tag.uid for tag in rejected}
    left = (shown for shown in suggested if shown.tag.uid not in settled)
    return tuple(sorted(left, key=lambda shown: (-(shown.score or 0.0), shown.tag.name)))


def _rank(shown: ShownTag) -> tuple[int, float, str]:
    """Return where a tag stands: by category, the user's without a score first, then the surest."""
    score = 2.0 if shown.score is None else shown.score
    return _CATEGORY_ORDER[shown.tag.category], -score, shown.tag.name


def _added(conn: Connection, image_ids: Iterable[int]) -> dict[int, float]:
    i = image_table.c
    rows = conn.execute(select(i.id, i.added_at).where(one_of(i.id, image_ids)))
    return {image_id: added for image_id, added in rows}  # noqa: C416 - rows are no plain tuples


def _effective(conn: Connection, image_ids: Iterable[int]) -> dict[int, list[ShownTag]]:
    t = tag_table.c
    rows = conn.execute(
        select(image_table.c.id, t.uid, t.name, t.category, image_tags.c.source, image_tags.c.score)
        .join(idx_images, idx_images.c.sha256 == image_table.c.sha256)
        .join(image_tags, image_tags.c.image_id == idx_images.c.id)
        .join(idx_tags, idx_tags.c.id == image_tags.c.tag_id)
        .join(tag_table, t.uid == idx_tags.c.uid)
        .where(one_of(image_table.c.id, image_ids))
    )
    found: dict[int, list[ShownTag]] = defaultdict(list)
    for image_id, uid, name, category, source, score in rows:
        tag = Tag(uid, name, TagCategory(category))
        probability = None if score is None else score / SCORE_SCALE
        found[image_id].append(ShownTag(tag, Source(source), probability))
    return found
