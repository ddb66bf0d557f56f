"""Labelling in the window: one class a picture, a key a class, all in a CSV file."""
