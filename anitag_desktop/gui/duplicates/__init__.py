"""Comparing pictures that show the same, two at a time."""
