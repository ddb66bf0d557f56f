"""Favourites and stars: setting them, and showing what is set."""
