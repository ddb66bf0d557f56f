"""How fast weights move at which step."""
