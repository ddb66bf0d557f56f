"""The grid of pictures: only what is visible costs anything, however many there are."""
