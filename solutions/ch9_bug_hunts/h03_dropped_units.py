"""Dropped units: a network that was better before it had dropout.

A colleague added dropout to a network that fitted its training set too well. It still
trains. But the same input gives another answer each time it is asked, and the answers
are worse than those of the net without dropout.

Level: 2 of 5
Minutes: 25
Needs: inverted-dropout
Hunts: inverted-dropout
"""
