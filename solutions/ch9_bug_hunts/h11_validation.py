"""Validation: the scores are splendid, and the net is not.

A colleague's validation scores are splendid, and do not agree with what the net does
afterwards on new data.

Level: 3 of 5
Minutes: 35
Needs: train-and-evaluate, classification-report
Hunts: train-and-evaluate, classification-report
Only: evaluate, run, classification_report
"""
