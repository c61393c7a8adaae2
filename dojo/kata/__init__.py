"""What a kata is: its place in the tree, its stub, bank, page and promises."""
