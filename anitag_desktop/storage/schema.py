"""The tables of both databases.

``library.db`` holds what cannot be made again, ``index.db`` what can. Times are epoch seconds
(UTC). Scores are integers from 0 to 10000 (ten-thousandths). The two databases share no integer
id: images meet by sha256, tags and subjects by uid, models by id and revision.

Tables of ``index.db`` carry the schema name ``idx``: reading connections of the library attach
``index.db`` under that name, so one SELECT may span both; the index's own connections translate
the name away (see ``database``). Always use these Table objects, or write ``idx.`` in reads.
"""

from anitag_desktop.storage.index_tables import (
    INDEX_SCHEMA,
    applied_log,
    bitmaps,
    embeddings,
    idx_images,
    idx_meta,
    idx_models,
    idx_subjects,
    idx_tags,
    image_columns,
    image_tags,
    index_metadata,
    predictions,
    regions,
    rejected_tags,
    runs,
    touched_images,
)
from anitag_desktop.storage.library_tables import (
    actions,
    aliases,
    character_examples,
    characters,
    favourites,
    files,
    folders,
    ignored_subjects,
    images,
    implications,
    library_metadata,
    log,
    meta,
    models,
    pair_verdicts,
    problems,
    saved_searches,
    settings,
    stars,
    subjects,
    tags,
    verdicts,
)

LIBRARY_VERSION = 1
"""The newest schema of library.db that this program knows (``PRAGMA user_version``)."""

INDEX_VERSION = 6
"""The newest schema of index.db that this program knows; any other is thrown away."""

LIBRARY_APPLICATION_ID = 0x414E5441
"""``PRAGMA application_id`` of library.db: "ANTA"."""

INDEX_APPLICATION_ID = 0x414E5449
"""``PRAGMA application_id`` of index.db: "ANTI"."""

SCORE_SCALE = 10_000
"""Stored scores are probabilities times this."""

__all__ = [
    "INDEX_APPLICATION_ID",
    "INDEX_SCHEMA",
    "INDEX_VERSION",
    "LIBRARY_APPLICATION_ID",
    "LIBRARY_VERSION",
    "SCORE_SCALE",
    "actions",
    "aliases",
    "applied_log",
    "bitmaps",
    "character_examples",
    "characters",
    "embeddings",
    "favourites",
    "files",
    "folders",
    "idx_images",
    "idx_meta",
    "idx_models",
    "idx_subjects",
    "idx_tags",
    "ignored_subjects",
    "image_columns",
    "image_tags",
    "images",
    "implications",
    "index_metadata",
    "library_metadata",
    "log",
    "meta",
    "models",
    "pair_verdicts",
    "predictions",
    "problems",
    "regions",
    "rejected_tags",
    "runs",
    "saved_searches",
    "settings",
    "stars",
    "subjects",
    "tags",
    "touched_images",
    "verdicts",
]
