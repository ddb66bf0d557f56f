"""Alembic migrations of both databases; ``migrating`` runs them on a copy."""
