"""What people call the parts of a set."""

PARTS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
"""Their names, in small letters, and what the parts are called here."""

UNUSED = "unused"
"""What belongs to no part, since it looks like a picture of a part that measures."""
