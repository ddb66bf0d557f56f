"""What the app does: no Qt, no SQL."""
