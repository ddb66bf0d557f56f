"""Tags as tokens: vocabularies, tokenizers, and which tokens are hidden when."""
