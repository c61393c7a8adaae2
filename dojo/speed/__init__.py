"""Speed: an answer beside the reference, a loop and torch, as ratios in one run."""
