"""The settings of a run, one module for each section of a config."""
