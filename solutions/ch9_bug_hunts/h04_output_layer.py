"""Output layer: the loss falls, and stops far too early.

Three classifiers, three losses, and each of them learns a little. The loss of the first
never falls below 0.3, that of the second never below 1.46 for ten classes, and the
gradient of the third is not the slope of its cost.

Level: 3 of 5
Minutes: 35
Needs: two-layer-backprop, softmax-cross-entropy
Hunts: two-layer-backprop, softmax-cross-entropy
Only: bce_cost, bce_cost_from_logits, two_layer_backward, softmax, cross_entropy
"""
