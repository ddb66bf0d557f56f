"""The composition root: the only place that builds the parts of anitag and connects them."""

from anitag_desktop.app.opening import build_library, hold, open_library

__all__ = ["build_library", "hold", "open_library"]
