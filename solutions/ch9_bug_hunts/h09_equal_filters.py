"""Equal filters: eight filters that learn, and learn one and the same thing.

A colleague starts every net with these functions. The loss falls each time, if more
slowly than elsewhere, and nobody has ever looked at the filters.

Level: 2 of 5
Minutes: 25
Needs: initialize-weights
Hunts: initialize-weights
"""
