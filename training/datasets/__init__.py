"""Reading pictures with tags: manifests, caption folders, vocabulary, split, pixels."""
