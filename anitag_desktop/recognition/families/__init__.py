"""The model families, one module each with a ``FAMILY``; a new file here is a new family."""
