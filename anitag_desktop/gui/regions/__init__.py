"""Regions over a picture: seen, drawn, moved, named and rejected."""
