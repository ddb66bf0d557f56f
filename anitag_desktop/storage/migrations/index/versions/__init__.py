"""One module for each schema of index.db, in order."""
