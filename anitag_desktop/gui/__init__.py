"""The window: the only package that names Qt. It reaches the library through services alone."""
