"""Averages: every loss that is printed is wrong by a little, or by a factor.

The loops run, the losses fall, and the plots look as plots do. But the mean loss of an
epoch changes with the batch size, a search needs a learning rate of 100, and labels in
a flat vector make a loss of the wrong shape.

Level: 3 of 5
Minutes: 40
Needs: linreg-scratch, softmax-regression
Hunts: linreg-scratch, softmax-regression
Only: squared_loss, train_linreg, evaluate_accuracy, train_epoch
"""
