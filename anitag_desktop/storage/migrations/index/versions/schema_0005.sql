CREATE TABLE regions (
	subject_id INTEGER NOT NULL,
	model_id INTEGER NOT NULL,
	label TEXT NOT NULL,
	"left" FLOAT NOT NULL,
	top FLOAT NOT NULL,
	width FLOAT NOT NULL,
	height FLOAT NOT NULL,
	score INTEGER,
	PRIMARY KEY (subject_id, model_id),
	CHECK (score between 0 and 10000),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(model_id) REFERENCES models (id)
)
 WITHOUT ROWID

CREATE INDEX ix_regions_model_id ON regions (model_id)
