"""The scripts of animesion with their own words, on this trainer."""
