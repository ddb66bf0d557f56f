"""The left panel: the library, its characters, tags and folders, with counts."""
