"""Losses, each as sums, so that how a batch is cut into shares never changes the gradient."""
