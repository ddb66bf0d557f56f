"""Privacy: nothing leaves the machine, also when a dependency would send something by itself."""

QUIET = {
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}
"""Stands in the environment of each of our processes before it imports a dependency."""
