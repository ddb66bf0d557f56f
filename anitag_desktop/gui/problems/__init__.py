"""Files that have no picture, and why."""
