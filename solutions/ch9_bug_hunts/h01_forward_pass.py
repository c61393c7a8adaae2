"""Forward pass: it runs, the shapes are right, and the outputs are not.

A colleague wrote these functions and tried them on one network: three inputs, three
hidden units, a batch of three samples. Every shape came out as it should, so nobody
looked further.

Level: 2 of 5
Minutes: 25
Needs: vectorized-forward
Hunts: vectorized-forward
"""
