ALTER TABLE embeddings RENAME TO old_embeddings

CREATE TABLE embeddings (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	subject_id INTEGER NOT NULL,
	model_id INTEGER NOT NULL,
	dim INTEGER NOT NULL,
	vector BLOB NOT NULL,
	UNIQUE (subject_id, model_id),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(model_id) REFERENCES models (id)
)

INSERT INTO embeddings (subject_id, model_id, dim, vector)
SELECT subject_id, model_id, dim, vector FROM old_embeddings ORDER BY rowid

DROP TABLE old_embeddings

CREATE INDEX ix_embeddings_model_id ON embeddings (model_id, seq)

CREATE TABLE sign_codes (
	model_id INTEGER NOT NULL,
	portion INTEGER NOT NULL,
	content BLOB NOT NULL,
	PRIMARY KEY (model_id, portion),
	FOREIGN KEY(model_id) REFERENCES models (id)
)
