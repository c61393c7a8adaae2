"""What each relation means, in words; nothing here computes."""

EXPLAINED = {
    "factor": "Answer and truth differ by one constant factor in every entry. Look for "
    "a mean that should be a sum (or the other way round), a factor 1/2, or a scale "
    "that is missing or applied twice.",
    "sign": "Every entry has the opposite sign. Look for a swapped difference, or a "
    "minus sign that is missing or written twice.",
    "transposed": "The answer is right but for swapped axes. Look at the order of the "
    "factors in a matrix product and at reshapes.",
    "flipped": "The answer is right but reversed along an axis. Look at slices with a "
    "negative step and at the order of loops.",
    "offset": "Every entry is off by the same amount. Look for a constant that is "
    "added or left out.",
    "missing-sum": "The answer has an axis too many: a sum or mean over it gives the "
    "truth.",
    "border": "Inner entries are right, those at the border are wrong. Look at "
    "padding, at the limits of loops and at the size of the result.",
}
