"""What anitag talks about: values and rules, with the standard library alone."""
