"""What is done to a set before anything learns from it: verify, dedupe, mix, split, cache."""
