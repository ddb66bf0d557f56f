"""Short news at the lower edge of the window."""
