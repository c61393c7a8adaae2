"""What pages and figures say of a run: measured here, by running the references."""
