"""Completing what is typed: the list under a field, for searches and for tags."""
