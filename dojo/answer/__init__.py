"""Whose code runs, and what it may do."""
