"""What a person did, and that person's files."""
