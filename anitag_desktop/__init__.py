"""anitag: tag, search and correct a personal folder of anime-style art."""

__version__ = "0.1.0"
