"""How a figure is drawn."""
