"""One module for each schema of library.db, in order."""
