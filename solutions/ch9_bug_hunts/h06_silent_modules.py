"""Silent modules: layers that can be built, called and trained, and do not learn.

A colleague wrote a few modules by hand. An optimizer takes them, and one of them has
nothing for it; another never moves; the weights of a third cannot be loaded into a net
of somebody else's.

Level: 2 of 5
Minutes: 25
Needs: parameter-management, custom-layers
Hunts: parameter-management, custom-layers
Only: count_parameters, ListDense, MyLinear, BilinearReduce
"""
