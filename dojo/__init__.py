"""The dojo: grades the katas, explains what went wrong, checks the graders."""
