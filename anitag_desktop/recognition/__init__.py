"""Model packages, decoding, preprocessing, inference: what runs inside worker and training."""
