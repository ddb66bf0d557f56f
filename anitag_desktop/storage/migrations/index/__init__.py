"""The migrations of index.db."""
