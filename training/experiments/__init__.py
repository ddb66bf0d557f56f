"""Experiments: studies of many small trainings, run one after the other, and their tables."""
