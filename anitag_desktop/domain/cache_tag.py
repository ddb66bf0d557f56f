"""The file by which programs tell folders of what can be made again: https://bford.info/cachedir/.

Backups pass such folders over, and so does whatever looks for pictures.
"""

CACHE_TAG = "CACHEDIR.TAG"
"""Its name."""

CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"
"""What it begins with; a file of this name that begins otherwise says nothing."""

CACHE_TEXT = (
    CACHE_SIGNATURE
    + b"""
# This folder holds what anitag can make again, such as thumbnails. See https://bford.info/cachedir/
"""
)
"""What anitag writes into its own."""
