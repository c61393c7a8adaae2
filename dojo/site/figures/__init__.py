"""What the figures show, a file a subject."""
