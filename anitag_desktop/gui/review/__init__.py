"""Reviewing in the window: one question after the other, a key an answer."""
