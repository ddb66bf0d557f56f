"""Looking at one picture in full size."""
