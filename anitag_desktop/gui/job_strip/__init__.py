"""The strip at the bottom: what runs, how fast, how long still."""
