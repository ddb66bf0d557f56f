"""The page of what was changed when something was learnt last."""
