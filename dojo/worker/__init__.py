"""A grading process of its own: started, watched over, ended."""
