"""The search language: text, tree, meaning. Standard library only, no database."""
