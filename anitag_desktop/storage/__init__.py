"""The two SQLite databases of a library and the files beside them; only here is SQL spoken."""
