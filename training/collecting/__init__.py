"""Brings pictures together: from lists of addresses, from Danbooru, from what is on the disk."""
