"""The tables of library.db: what cannot be made again. See ``schema``."""

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

library_metadata = MetaData()

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

ignored_subjects = Table(  # show nobody to be named; see the module of that name
    "ignored_subjects",
    library_metadata,
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
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
