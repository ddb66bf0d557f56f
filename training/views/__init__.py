"""What a network sees of a picture: prepared the same for measuring, varied for training."""
