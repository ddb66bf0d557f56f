"""The migrations of library.db."""
