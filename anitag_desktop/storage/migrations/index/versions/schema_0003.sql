DELETE FROM meta WHERE name = 'saved_bitmaps'

DROP TABLE touched_images

CREATE TABLE touched_images (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	image_id INTEGER NOT NULL,
	tags TEXT NOT NULL,
	UNIQUE (image_id) ON CONFLICT REPLACE
)

CREATE INDEX ix_image_tags_given ON image_tags (image_id, source) WHERE source != 'model'
