"""The tables of index.db: what can be made again from pictures and library.db. See ``schema``."""

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

INDEX_SCHEMA = "idx"
"""The name under which index.db is attached to reading connections of the library."""

index_metadata = MetaData(schema=INDEX_SCHEMA)

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
