"""Models that come without a manifest: what their files say becomes one."""
