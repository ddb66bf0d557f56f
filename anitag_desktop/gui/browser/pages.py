"""The names of the pages that the middle of the window can show instead of pictures."""

PROBLEMS_PAGE = "problems"
MODELS_PAGE = "models"
CHARACTERS_PAGE = "characters"
CHANGES_PAGE = "changes"
TRAINING_PAGE = "training"
