"""Trusted gradients: a right gradient fails the check, and a wrong one passes.

A colleague checks every gradient before a training. One that is right to the last digit
was rejected; a gradient of the biases that is twice too large went through. Neither
raised an error.

Level: 3 of 5
Minutes: 30
Needs: gradient-check
Hunts: gradient-check
"""
