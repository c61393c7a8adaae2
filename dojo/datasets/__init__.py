"""The full data sets: what they are, how they are fetched, kept, read and drawn."""
