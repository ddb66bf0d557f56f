"""Measuring a trained model on labelled pictures."""
