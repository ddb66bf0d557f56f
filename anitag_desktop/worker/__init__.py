"""The child processes that read untrusted pictures and run models, and their supervisor."""
