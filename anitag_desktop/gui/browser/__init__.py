"""The middle of the window: what is searched for, and what was found."""
