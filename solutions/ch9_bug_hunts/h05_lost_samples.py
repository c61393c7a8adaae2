"""Lost samples: a dataset that can be trained on, and is not the one on the disk.

A colleague wrote the dataset after a page of lecture notes. It has nearly as many
samples as the file has lines, its labels look familiar, and an augmentation that was
asked for is never seen.

Level: 2 of 5
Minutes: 25
Needs: custom-dataset
Hunts: custom-dataset
"""
