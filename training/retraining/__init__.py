"""Training a model anew on what people corrected in a library: a job folder, from end to end."""
