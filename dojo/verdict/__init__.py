"""From a test's end to a verdict."""
