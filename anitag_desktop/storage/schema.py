"""The tables of both databases.

``library.db`` holds what cannot be made again, ``index.db`` what can. Times are epoch seconds
(UTC). Scores are integers from 0 to 10000 (ten-thousandths). The two databases share no integer
id: images meet by sha256, tags and subjects by uid, models by id and revision.

Tables of ``index.db`` carry the schema name ``idx``: reading connections of the library attach
``index.db`` under that name, so one SELECT may span both; the index's own connections translate
the name away (see ``database``). Always use these Table objects, or write ``idx.`` in reads.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
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

INDEX_SCHEMA = "idx"
"""The name under which index.db is attached to reading connections of the library."""

library_metadata = MetaData()
index_metadata = MetaData(schema=INDEX_SCHEMA)

_CATEGORIES = "('artist','copyright','character','general','meta','rating')"

folders = Table(
    "folders",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("path", LargeBinary, nullable=False, unique=True),
    Column("status", Text, nullable=False, server_default="present"),
    Column("identity", Text),  # what makes the root the same one after it was away; JSON
    Column("added_at", Float, nullable=False),
    Column("scanned_at", Float),
    Column("removed_at", Float),  # no longer watched; its files are missing
    CheckConstraint("status in ('present','away')"),
)

images = Table(
    "images",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("md5", Text, nullable=False, index=True),
    Column("pixel_hash", Text, nullable=False, index=True),
    Column("phash", Integer, nullable=False),  # 64 bits, read as signed
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("format", Text, nullable=False),
    Column("bytes", Integer, nullable=False, index=True),
    Column("frames", Integer, nullable=False, server_default="1"),
    Column("added_at", Float, nullable=False, index=True),
)

files = Table(
    "files",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("folder_id", ForeignKey("folders.id"), nullable=False, index=True),
    Column("image_id", ForeignKey("images.id"), index=True),
    Column("path", LargeBinary, nullable=False),  # os.fsencode of the absolute path
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("ctime_ns", Integer, nullable=False),
    Column("inode", Integer, nullable=False, index=True),  # 64 bits, read as signed; finds renames
    Column("device", Integer, nullable=False),
    Column("status", Text, nullable=False, server_default="present", index=True),
    Column("missing_since", Float),
    Column("seen_at", Float, nullable=False),
    Column("previous_id", ForeignKey("images.id")),  # what lay here, until both were compared
    # 0, or the image of which this is the last trace: something else lies there (``triggers``).
    Column("replaced", Integer, nullable=False, server_default="0"),
    UniqueConstraint("path", "replaced"),
    CheckConstraint("status in ('present','missing','away','unreadable')"),
    CheckConstraint("replaced = 0 or (replaced = image_id and status = 'missing')"),
)
Index("ix_files_unverified", files.c.id, sqlite_where=text("ctime_ns = 0"))  # see ``sightings``
# For the triggers: the copies of one image, thousands maybe, are not walked through for each.
Index("ix_files_replaced", files.c.image_id, sqlite_where=text("replaced != 0"))

problems = Table(
    "problems",
    library_metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    Column("code", Text, nullable=False),
    Column("params", Text, nullable=False),  # JSON
    Column("at", Float, nullable=False),
)

subjects = Table(
    "subjects",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("image_id", ForeignKey("images.id"), index=True),  # empty until the image is seen
    Column("kind", Text, nullable=False),
    # What the user said of a region, see ``regions``: its box as fractions of the picture, what it
    # shows, and that there is none. Without a box only a detector knows it, in index.db.
    Column("left", Float),
    Column("top", Float),
    Column("width", Float),
    Column("height", Float),
    Column("label", Text),
    Column("is_rejected", Integer, nullable=False, server_default="0"),
    CheckConstraint("kind in ('picture','region')"),
)
Index("ix_subjects_regions", subjects.c.image_id, sqlite_where=text("kind = 'region'"))

tags = Table(
    "tags",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text, nullable=False, index=True),
    Column("created_at", Float, nullable=False),
    # A merged or deleted tag keeps its row: the log and the models' labels go on naming it.
    Column("merged_into", ForeignKey("tags.id"), index=True),
    Column("deleted_at", Float),
    CheckConstraint(f"category in {_CATEGORIES}"),
)

aliases = Table(
    "aliases",
    library_metadata,
    Column("name", Text, primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), nullable=False, index=True),
)

implications = Table(
    "implications",
    library_metadata,
    Column("child_id", ForeignKey("tags.id"), nullable=False),
    Column("parent_id", ForeignKey("tags.id"), nullable=False, index=True),
    PrimaryKeyConstraint("child_id", "parent_id"),
    CheckConstraint("child_id != parent_id"),
    sqlite_with_rowid=False,
)

actions = Table(
    "actions",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("inverse", Text, nullable=False),  # JSON list of commands that take it back
    Column("redo", Text),  # JSON list of commands that do it again, once undone
    Column("undone_at", Float),
    # Undone, and a newer action came after: it cannot be redone any more.
    Column("is_dropped", Integer, nullable=False, server_default="0"),
)

log = Table(
    "log",
    library_metadata,
    Column("seq", Integer, primary_key=True),
    Column("action_id", Integer),
    Column("op", Text, nullable=False),  # 'verdict', or the name of a command
    Column("subject_id", ForeignKey("subjects.id")),
    Column("tag_id", ForeignKey("tags.id")),
    Column("verdict", Text),  # null: taken back
    Column("previous", Text),
    Column("source", Text),
    Column("model_id", Text),  # the model and the score that were seen
    Column("revision", Text),
    Column("score", Integer),
    Column("command", Text),  # JSON of any op but 'verdict'
    Column("at", Float, nullable=False),
    Column("version", Text, nullable=False),
    CheckConstraint("verdict in ('confirmed','rejected')"),
    CheckConstraint("source in ('user','import','rule')"),
    CheckConstraint("(op = 'verdict') = (command is null)"),
)
Index("ix_log_subject_id", log.c.subject_id, log.c.seq)
Index("ix_log_commands", log.c.seq, sqlite_where=text("op != 'verdict'"))

verdicts = Table(
    "verdicts",
    library_metadata,
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("tag_id", ForeignKey("tags.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("seq", ForeignKey("log.seq"), nullable=False),
    PrimaryKeyConstraint("subject_id", "tag_id", "source"),
    CheckConstraint("verdict in ('confirmed','rejected')"),
    CheckConstraint("source in ('user','import','rule')"),
    sqlite_with_rowid=False,
)
Index("ix_verdicts_tag_id", verdicts.c.tag_id, verdicts.c.subject_id)

characters = Table(
    "characters",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)

character_examples = Table(
    "character_examples",
    library_metadata,
    Column("character_id", ForeignKey("characters.id"), nullable=False),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False, index=True),
    Column("is_positive", Integer, nullable=False),
    PrimaryKeyConstraint("character_id", "subject_id"),
    sqlite_with_rowid=False,
)

saved_searches = Table(
    "saved_searches",
    library_metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

favourites = Table(
    "favourites",
    library_metadata,
    Column("image_id", ForeignKey("images.id"), primary_key=True),
    Column("at", Float, nullable=False),
)

stars = Table(
    "stars",
    library_metadata,
    Column("image_id", ForeignKey("images.id"), primary_key=True),
    Column("stars", Integer, nullable=False),
    CheckConstraint("stars between 1 and 5"),
)

pair_verdicts = Table(
    "pair_verdicts",
    library_metadata,
    Column("first", Text, nullable=False),  # sha256, the lesser of the two as text
    Column("second", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("better", Text),  # one of the two
    PrimaryKeyConstraint("first", "second"),
    CheckConstraint("first < second"),
    CheckConstraint("verdict in ('same','alternates','different')"),
    CheckConstraint("(verdict = 'same') = (better is not null)"),
    CheckConstraint("better is null or better in (first, second)"),
    sqlite_with_rowid=False,
)
Index("ix_pair_verdicts_second", pair_verdicts.c.second)

settings = Table(
    "settings",
    library_metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

models = Table(
    "models",
    library_metadata,
    Column("model_id", Text, nullable=False),
    Column("revision", Text, nullable=False),
    Column("thresholds", Text, nullable=False),  # JSON: the model's own calibrated ones
    PrimaryKeyConstraint("model_id", "revision"),
)

meta = Table(
    "meta",
    library_metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

idx_images = Table(
    "images",
    index_metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
)

applied_log = Table(
    "applied_log",
    index_metadata,
    Column("image_id", ForeignKey("idx.images.id"), primary_key=True),
    Column("seq", Integer, nullable=False),  # the last row about it whose effect image_tags shows
)

idx_tags = Table(
    "tags",
    index_metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
)

idx_models = Table(
    "models",
    index_metadata,
    Column("id", Integer, primary_key=True),
    Column("model_id", Text, nullable=False),
    Column("revision", Text, nullable=False),
)
Index("ix_models_key", idx_models.c.model_id, idx_models.c.revision, unique=True)

idx_subjects = Table(
    "subjects",
    index_metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", Text, nullable=False, unique=True),
    Column("image_id", ForeignKey("idx.images.id"), nullable=False, index=True),
)

runs = Table(
    "runs",
    index_metadata,
    Column("subject_id", ForeignKey("idx.subjects.id"), nullable=False),
    Column("model_id", ForeignKey("idx.models.id"), nullable=False),
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("subject_id", "model_id"),
    sqlite_with_rowid=False,
)

predictions = Table(
    "predictions",
    index_metadata,
    Column("subject_id", ForeignKey("idx.subjects.id"), nullable=False),
    Column("model_id", ForeignKey("idx.models.id"), nullable=False),
    Column("tag_id", ForeignKey("idx.tags.id"), nullable=False),
    Column("score", Integer, nullable=False),
    PrimaryKeyConstraint("subject_id", "model_id", "tag_id"),
    CheckConstraint("score between 0 and 10000"),
    sqlite_with_rowid=False,
)
Index("ix_predictions_tag_id", predictions.c.tag_id, predictions.c.model_id, predictions.c.score)

embeddings = Table(
    "embeddings",
    index_metadata,
    Column("seq", Integer, primary_key=True),  # a vector in place of another is a new row
    Column("subject_id", ForeignKey("idx.subjects.id"), nullable=False),
    Column("model_id", ForeignKey("idx.models.id"), nullable=False),
    Column("dim", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # dim little-endian half floats
    UniqueConstraint("subject_id", "model_id"),
    sqlite_autoincrement=True,
)
Index("ix_embeddings_model_id", embeddings.c.model_id, embeddings.c.seq)

regions = Table(
    "regions",
    index_metadata,
    Column("subject_id", ForeignKey("idx.subjects.id"), nullable=False),
    Column("model_id", ForeignKey("idx.models.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("left", Float, nullable=False),  # fractions of the picture
    Column("top", Float, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("score", Integer),  # of the detector; null: the model only looked at the region
    PrimaryKeyConstraint("subject_id", "model_id"),
    CheckConstraint("score between 0 and 10000"),
    sqlite_with_rowid=False,
)
Index("ix_regions_model_id", regions.c.model_id)

image_tags = Table(
    "image_tags",
    index_metadata,
    Column("tag_id", ForeignKey("idx.tags.id"), nullable=False),
    Column("image_id", ForeignKey("idx.images.id"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("score", Integer),
    PrimaryKeyConstraint("tag_id", "image_id"),
    sqlite_with_rowid=False,
)

_by_others = (image_tags.c.image_id, image_tags.c.source)
Index("ix_image_tags_given", *_by_others, sqlite_where=text("source != 'model'"))

rejected_tags = Table(
    "rejected_tags",
    index_metadata,
    Column("tag_id", ForeignKey("idx.tags.id"), nullable=False),
    Column("image_id", ForeignKey("idx.images.id"), nullable=False, index=True),
    PrimaryKeyConstraint("tag_id", "image_id"),
    sqlite_with_rowid=False,
)

touched_images = Table(
    "touched_images",
    index_metadata,
    Column("seq", Integer, primary_key=True),  # each image stands here once, the latest last
    Column("image_id", Integer, nullable=False),
    Column("tags", Text, nullable=False),  # JSON list of the tags that it gained or lost
    UniqueConstraint("image_id", sqlite_on_conflict="REPLACE"),
    sqlite_autoincrement=True,
)

bitmaps = Table(
    "bitmaps",
    index_metadata,
    Column("kind", Text, nullable=False),  # of which bitmaps this is one; see ``saved_bitmaps``
    Column("number", Integer, nullable=False),
    Column("members", LargeBinary, nullable=False),  # ids of library.db, a portable roaring bitmap
    PrimaryKeyConstraint("kind", "number"),
)

image_columns = Table(
    "image_columns",
    index_metadata,
    Column("name", Text, primary_key=True),
    Column("cells", LargeBinary, nullable=False),  # little-endian numbers, by image id
)

idx_meta = Table(
    "meta",
    index_metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
