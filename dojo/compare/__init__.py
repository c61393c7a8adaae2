"""What came back beside what was expected: the ladder and its words."""
