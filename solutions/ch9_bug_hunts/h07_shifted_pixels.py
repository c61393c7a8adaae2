"""Shifted pixels: the picture comes out, and it is not quite the picture.

A colleague wrote these windows from a page of lecture notes and looked at the results
on the screen, where they look right. Beside torch they do not agree, each in its own
way.

Level: 3 of 5
Minutes: 40
Needs: corr2d, pool2d
Hunts: corr2d, pool2d
"""
