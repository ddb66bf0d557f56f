"""The file system as it is watched: scans, roots, settling, events. The only watchdog."""
