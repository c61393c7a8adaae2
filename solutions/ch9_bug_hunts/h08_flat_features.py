"""Flat features: two nets that work, for one size of image and no other.

A colleague has two classifiers that are right on the images that they were written for.
With other sizes they fail in the first linear layer, far from what is wrong, and one of
them takes a single image for a batch.

Level: 2 of 5
Minutes: 25
Needs: lenet, alexnet
Hunts: lenet, alexnet
Only: num_flat_features, LeNet, alexnet_feature_size, AlexNet
"""
