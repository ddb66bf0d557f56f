"""What else is in the pictures that a search found."""
