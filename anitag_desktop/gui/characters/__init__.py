"""The page of the characters: who is known and how well, who is not, and what can be done."""
