"""The page of the models: those that are here, and those that can be downloaded."""
