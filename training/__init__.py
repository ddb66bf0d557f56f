"""Dataset tools, training, evaluation and export of anitag's models."""
