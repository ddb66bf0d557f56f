"""The search bar: text coloured as it is understood, completion, errors where they are."""
