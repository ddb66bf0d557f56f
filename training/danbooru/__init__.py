"""Danbooru: its ratings by era, its posts, and how it wants to be asked."""
