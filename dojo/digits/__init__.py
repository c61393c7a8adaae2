"""The digits that ship with the katas, and the script that picked them."""
