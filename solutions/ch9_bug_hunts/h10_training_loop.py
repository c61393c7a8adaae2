"""Training loop: the loss falls, in a net that is not trained as it should be.

A colleague's loop has run for months. Learning is jerky, dropout seems to do nothing,
and the memory fills a little more with each batch, until a long epoch ends in an error.

Level: 3 of 5
Minutes: 30
Needs: train-and-evaluate
Hunts: train-and-evaluate
Only: train_one_epoch
"""
