DELETE FROM meta WHERE name = 'saved_bitmaps'

DROP TABLE touched_images

CREATE TABLE touched_images (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	image_id INTEGER NOT NULL,
	tags TEXT NOT NULL,
	UNIQUE (image_id) ON CONFLICT REPLACE
)

CREATE INDEX ix_image_tags_given ON image_tags (image_id, source) WHERE source != 'model'

CREATE TABLE applied_log (
	image_id INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (image_id),
	FOREIGN KEY(image_id) REFERENCES images (id)
)

INSERT INTO applied_log SELECT id, applied_seq FROM images WHERE applied_seq > 0

ALTER TABLE images DROP COLUMN applied_seq
