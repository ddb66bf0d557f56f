"""Downloads of models by a process of their own: the only code that reaches the network."""
