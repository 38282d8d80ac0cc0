"""Which tickets are one issue: similar words about the same place, within three months of each other."""
