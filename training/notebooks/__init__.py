"""Four notebooks, one for each reference document, and the toys that they play with."""
