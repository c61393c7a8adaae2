"""`dojo draw`: a digit, drawn or in a file, is read by the net that was trained."""
