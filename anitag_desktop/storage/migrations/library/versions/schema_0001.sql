CREATE TABLE folders (
	id INTEGER NOT NULL,
	path BLOB NOT NULL,
	status TEXT DEFAULT 'present' NOT NULL,
	identity TEXT,
	added_at FLOAT NOT NULL,
	scanned_at FLOAT,
	removed_at FLOAT,
	PRIMARY KEY (id),
	CHECK (status in ('present','away')),
	UNIQUE (path)
)

CREATE TABLE images (
	id INTEGER NOT NULL,
	sha256 TEXT NOT NULL,
	md5 TEXT NOT NULL,
	pixel_hash TEXT NOT NULL,
	phash INTEGER NOT NULL,
	width INTEGER NOT NULL,
	height INTEGER NOT NULL,
	format TEXT NOT NULL,
	bytes INTEGER NOT NULL,
	frames INTEGER DEFAULT '1' NOT NULL,
	added_at FLOAT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (sha256)
)

CREATE TABLE tags (
	id INTEGER NOT NULL,
	uid TEXT NOT NULL,
	name TEXT NOT NULL,
	category TEXT NOT NULL,
	created_at FLOAT NOT NULL,
	merged_into INTEGER,
	deleted_at FLOAT,
	PRIMARY KEY (id),
	CHECK (category in ('artist','copyright','character','general','meta','rating')),
	UNIQUE (uid),
	UNIQUE (name),
	FOREIGN KEY(merged_into) REFERENCES tags (id)
)

CREATE TABLE actions (
	id INTEGER NOT NULL,
	label TEXT NOT NULL,
	at FLOAT NOT NULL,
	inverse TEXT NOT NULL,
	redo TEXT,
	undone_at FLOAT,
	is_dropped INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (id)
)

CREATE TABLE saved_searches (
	id INTEGER NOT NULL,
	name TEXT NOT NULL,
	"query" TEXT NOT NULL,
	position INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name)
)

CREATE TABLE pair_verdicts (
	first TEXT NOT NULL,
	second TEXT NOT NULL,
	verdict TEXT NOT NULL,
	better TEXT,
	PRIMARY KEY (first, second),
	CHECK (first < second),
	CHECK (verdict in ('same','alternates','different')),
	CHECK ((verdict = 'same') = (better is not null)),
	CHECK (better is null or better in (first, second))
)
 WITHOUT ROWID

CREATE TABLE settings (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)

CREATE TABLE models (
	model_id TEXT NOT NULL,
	revision TEXT NOT NULL,
	thresholds TEXT NOT NULL,
	PRIMARY KEY (model_id, revision)
)

CREATE TABLE meta (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
)

CREATE TABLE files (
	id INTEGER NOT NULL,
	folder_id INTEGER NOT NULL,
	image_id INTEGER,
	path BLOB NOT NULL,
	size INTEGER NOT NULL,
	mtime_ns INTEGER NOT NULL,
	ctime_ns INTEGER NOT NULL,
	inode INTEGER NOT NULL,
	device INTEGER NOT NULL,
	status TEXT DEFAULT 'present' NOT NULL,
	missing_since FLOAT,
	seen_at FLOAT NOT NULL,
	previous_id INTEGER,
	replaced INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (path, replaced),
	CHECK (status in ('present','missing','away','unreadable')),
	CHECK (replaced = 0 or (replaced = image_id and status = 'missing')),
	FOREIGN KEY(folder_id) REFERENCES folders (id),
	FOREIGN KEY(image_id) REFERENCES images (id),
	FOREIGN KEY(previous_id) REFERENCES images (id)
)

CREATE TABLE subjects (
	id INTEGER NOT NULL,
	uid TEXT NOT NULL,
	image_id INTEGER,
	kind TEXT NOT NULL,
	"left" FLOAT,
	top FLOAT,
	width FLOAT,
	height FLOAT,
	label TEXT,
	is_rejected INTEGER DEFAULT '0' NOT NULL,
	PRIMARY KEY (id),
	CHECK (kind in ('picture','region')),
	UNIQUE (uid),
	FOREIGN KEY(image_id) REFERENCES images (id)
)

CREATE TABLE aliases (
	name TEXT NOT NULL,
	tag_id INTEGER NOT NULL,
	PRIMARY KEY (name),
	FOREIGN KEY(tag_id) REFERENCES tags (id)
)

CREATE TABLE implications (
	child_id INTEGER NOT NULL,
	parent_id INTEGER NOT NULL,
	PRIMARY KEY (child_id, parent_id),
	CHECK (child_id != parent_id),
	FOREIGN KEY(child_id) REFERENCES tags (id),
	FOREIGN KEY(parent_id) REFERENCES tags (id)
)
 WITHOUT ROWID

CREATE TABLE characters (
	id INTEGER NOT NULL,
	tag_id INTEGER NOT NULL,
	created_at FLOAT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (tag_id),
	FOREIGN KEY(tag_id) REFERENCES tags (id)
)

CREATE TABLE favourites (
	image_id INTEGER NOT NULL,
	at FLOAT NOT NULL,
	PRIMARY KEY (image_id),
	FOREIGN KEY(image_id) REFERENCES images (id)
)

CREATE TABLE stars (
	image_id INTEGER NOT NULL,
	stars INTEGER NOT NULL,
	PRIMARY KEY (image_id),
	CHECK (stars between 1 and 5),
	FOREIGN KEY(image_id) REFERENCES images (id)
)

CREATE TABLE problems (
	file_id INTEGER NOT NULL,
	code TEXT NOT NULL,
	params TEXT NOT NULL,
	at FLOAT NOT NULL,
	PRIMARY KEY (file_id),
	FOREIGN KEY(file_id) REFERENCES files (id)
)

CREATE TABLE log (
	seq INTEGER NOT NULL,
	action_id INTEGER,
	op TEXT NOT NULL,
	subject_id INTEGER,
	tag_id INTEGER,
	verdict TEXT,
	previous TEXT,
	source TEXT,
	model_id TEXT,
	revision TEXT,
	score INTEGER,
	command TEXT,
	at FLOAT NOT NULL,
	version TEXT NOT NULL,
	PRIMARY KEY (seq),
	CHECK (verdict in ('confirmed','rejected')),
	CHECK (source in ('user','import','rule')),
	CHECK ((op = 'verdict') = (command is null)),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(tag_id) REFERENCES tags (id)
)

CREATE TABLE character_examples (
	character_id INTEGER NOT NULL,
	subject_id INTEGER NOT NULL,
	is_positive INTEGER NOT NULL,
	PRIMARY KEY (character_id, subject_id),
	FOREIGN KEY(character_id) REFERENCES characters (id),
	FOREIGN KEY(subject_id) REFERENCES subjects (id)
)
 WITHOUT ROWID

CREATE TABLE ignored_subjects (
	subject_id INTEGER NOT NULL,
	PRIMARY KEY (subject_id),
	FOREIGN KEY(subject_id) REFERENCES subjects (id)
)

CREATE TABLE verdicts (
	subject_id INTEGER NOT NULL,
	tag_id INTEGER NOT NULL,
	source TEXT NOT NULL,
	verdict TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (subject_id, tag_id, source),
	CHECK (verdict in ('confirmed','rejected')),
	CHECK (source in ('user','import','rule')),
	FOREIGN KEY(subject_id) REFERENCES subjects (id),
	FOREIGN KEY(tag_id) REFERENCES tags (id),
	FOREIGN KEY(seq) REFERENCES log (seq)
)
 WITHOUT ROWID

CREATE TABLE closure (
	parent_id INTEGER NOT NULL,
	child_id INTEGER NOT NULL,
	PRIMARY KEY (parent_id, child_id)
)
 WITHOUT ROWID

CREATE TRIGGER log_forbids_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END

CREATE TRIGGER log_forbids_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END

CREATE TRIGGER files_keep_replaced AFTER UPDATE OF image_id ON files WHEN OLD.replaced = 0 AND OLD.image_id IS NOT NULL AND OLD.image_id IS NOT NEW.image_id BEGIN UPDATE files SET previous_id = OLD.image_id WHERE id = NEW.id; INSERT INTO files (folder_id, image_id, path, size, mtime_ns, ctime_ns, inode, device, status, missing_since, seen_at, replaced) SELECT OLD.folder_id, OLD.image_id, OLD.path, OLD.size, OLD.mtime_ns, OLD.ctime_ns, OLD.inode, OLD.device, 'missing', coalesce(OLD.missing_since, NEW.seen_at), OLD.seen_at, OLD.image_id WHERE NOT EXISTS (SELECT 1 FROM files WHERE image_id = OLD.image_id); END

CREATE TRIGGER files_keep_deleted AFTER DELETE ON files WHEN OLD.replaced = 0 AND OLD.image_id IS NOT NULL BEGIN INSERT INTO files (folder_id, image_id, path, size, mtime_ns, ctime_ns, inode, device, status, missing_since, seen_at, replaced) SELECT OLD.folder_id, OLD.image_id, OLD.path, OLD.size, OLD.mtime_ns, OLD.ctime_ns, OLD.inode, OLD.device, 'missing', coalesce(OLD.missing_since, OLD.seen_at), OLD.seen_at, OLD.image_id WHERE NOT EXISTS (SELECT 1 FROM files WHERE image_id = OLD.image_id); END

CREATE TRIGGER files_find_replaced AFTER UPDATE OF image_id ON files WHEN NEW.replaced = 0 AND NEW.image_id IS NOT NULL AND OLD.image_id IS NOT NEW.image_id BEGIN DELETE FROM files WHERE image_id = NEW.image_id AND replaced != 0; END

CREATE TRIGGER files_find_inserted AFTER INSERT ON files WHEN NEW.replaced = 0 AND NEW.image_id IS NOT NULL BEGIN DELETE FROM files WHERE image_id = NEW.image_id AND replaced != 0; END

CREATE INDEX ix_aliases_tag_id ON aliases (tag_id)

CREATE INDEX ix_character_examples_subject_id ON character_examples (subject_id)

CREATE INDEX ix_closure_child_id ON closure (child_id)

CREATE INDEX ix_files_folder_id ON files (folder_id)

CREATE INDEX ix_files_image_id ON files (image_id)

CREATE INDEX ix_files_inode ON files (inode)

CREATE INDEX ix_files_replaced ON files (image_id) WHERE replaced != 0

CREATE INDEX ix_files_status ON files (status)

CREATE INDEX ix_files_unverified ON files (id) WHERE ctime_ns = 0

CREATE INDEX ix_images_added_at ON images (added_at)

CREATE INDEX ix_images_bytes ON images (bytes)

CREATE INDEX ix_images_md5 ON images (md5)

CREATE INDEX ix_images_pixel_hash ON images (pixel_hash)

CREATE INDEX ix_implications_parent_id ON implications (parent_id)

CREATE INDEX ix_log_commands ON log (seq) WHERE op != 'verdict'

CREATE INDEX ix_log_subject_id ON log (subject_id, seq)

CREATE INDEX ix_pair_verdicts_second ON pair_verdicts (second)

CREATE INDEX ix_subjects_image_id ON subjects (image_id)

CREATE INDEX ix_subjects_regions ON subjects (image_id) WHERE kind = 'region'

CREATE INDEX ix_tags_category ON tags (category)

CREATE INDEX ix_tags_merged_into ON tags (merged_into)

CREATE INDEX ix_verdicts_tag_id ON verdicts (tag_id, subject_id)
