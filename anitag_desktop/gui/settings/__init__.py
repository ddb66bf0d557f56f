"""The settings: a dialog of pages for what a library goes by and how the window looks."""
