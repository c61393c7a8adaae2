"""Repair by proof: the small edits of an answer, and the search for one that helps."""
