CREATE TABLE images (
	id INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	applied_seq INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (sha256)
)

CREATE TABLE tags (
	id INTEGER NOT NULL,
	uid TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (uid)
)

CREATE TABLE models (
	id INTEGER NOT NULL,
	model_id TEXT NOT NULL,
	revision TEXT NOT NULL,
	PRIMARY KEY (id)
)

CREATE TABLE meta (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)

CREATE TABLE subjects (
	id INTEGER NOT NULL,
	uid TEXT NOT NULL,
	image_id INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (uid),
	FOREIGN KEY(image_id) REFERENCES images (id)
)

CREATE TABLE image_tags (
	tag_id INTEGER NOT NULL,
	image_id INTEGER NOT NULL,
	source TEXT NOT NULL,
	score INTEGER,
	PRIMARY KEY (tag_id, image_id),
	FOREIGN KEY(tag_id) REFERENCES tags (id),
	FOREIGN KEY(image_id) REFERENCES images (id)
)
 WITHOUT ROWID

CREATE TABLE rejected_tags (
	tag_id INTEGER NOT NULL,
	image_id INTEGER NOT NULL,
	PRIMARY KEY (tag_id, image_id),
	FOREIGN KEY(tag_id) REFERENCES tags (id),
	FOREIGN KEY(image_id) REFERENCES images (id)
)
 WITHOUT ROWID

CREATE TABLE runs (
	subject_id INTEGER NOT NULL,
	model_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	PRIMARY KEY (subject_id, model_id),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(model_id) REFERENCES models (id)
)
 WITHOUT ROWID

CREATE TABLE predictions (
	subject_id INTEGER NOT NULL,
	model_id INTEGER NOT NULL,
	tag_id INTEGER NOT NULL,
	score INTEGER NOT NULL,
	PRIMARY KEY (subject_id, model_id, tag_id),
	CHECK (score between 0 and 10000),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(model_id) REFERENCES models (id),
	FOREIGN KEY(tag_id) REFERENCES tags (id)
)
 WITHOUT ROWID

CREATE TABLE embeddings (
	subject_id INTEGER NOT NULL,
	model_id INTEGER NOT NULL,
	dim INTEGER NOT NULL,
	vector BLOB NOT NULL,
	PRIMARY KEY (subject_id, model_id),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(model_id) REFERENCES models (id)
)

CREATE INDEX ix_idx_image_tags_image_id ON image_tags (image_id)

CREATE INDEX ix_idx_rejected_tags_image_id ON rejected_tags (image_id)

CREATE INDEX ix_idx_subjects_image_id ON subjects (image_id)

CREATE UNIQUE INDEX ix_models_key ON models (model_id, revision)

CREATE INDEX ix_predictions_tag_id ON predictions (tag_id, model_id, score)
