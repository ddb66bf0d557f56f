"""The dialog in which tags are administered."""
