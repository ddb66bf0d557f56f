"""The tables of a search's SELECT under names of their own.

Both databases have tables called images, tags, subjects and models. SQLAlchemy renames one of two
that meet in a statement, but not inside the correlated subqueries, which would then mean the other
database's table; an alias each leaves nothing to guess.
"""

from anitag_desktop.storage import schema

images = schema.images.alias("image")
tags = schema.tags.alias("tag")
subjects = schema.subjects.alias("subject")

idx_images = schema.idx_images.alias("idx_image")
idx_tags = schema.idx_tags.alias("idx_tag")
idx_subjects = schema.idx_subjects.alias("idx_subject")
idx_models = schema.idx_models.alias("idx_model")
