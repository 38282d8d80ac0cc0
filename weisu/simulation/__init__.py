"""A synthetic 12345 city: exports, reference tables and the truth about what was planted."""
