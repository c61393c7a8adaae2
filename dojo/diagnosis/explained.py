"""What is identified without a bank, in words; nothing here computes."""

EXPLAINED = {
    "signature": "The parameters are not those of the contract: a name, the order, or "
    "a default. Tests call by the contract's names and rely on its defaults. "
    "dojo reset KATA::FUNCTION puts the stub back, after a copy.",
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
    "mirrored": "Answer and truth add up to the same number in every entry. Look for a "
    "plus that should be a minus, or the other way round, before the part that varies.",
    "missing-sum": "The answer has an axis too many: a sum or mean over it gives the "
    "truth.",
    "total": "A sum, a mean or a single entry came back where each entry is due. Look "
    "for a sum without its axis, and at what an index takes.",
    "border": "Inner entries are right, those at one or more edges are wrong. Look at "
    "padding, at the limits of loops and at the size of the result.",
    "clipped": "The answer ends at a number that the truth passes, and is right up to "
    "there. Look for a clip, a minimum or a maximum with a constant.",
    "one-range": "The answer is wrong in one range of an argument's values, and right "
    "in all others. Look at the branch or the condition that this range takes.",
    "one-of-all": "Only the first, or only the last, of what is in a batch is right. "
    "Look for a return inside a loop, and at what the loop runs over.",
    "constant": "One and the same number came back everywhere. Look for a result that "
    "is made but never filled, and for a value that is overwritten.",
    "argument": "What came back is an argument, or something simple made of one. Look "
    "at which name is returned, and at what was computed and not used.",
    "other-function": "What came back is what another function gives for the same "
    "arguments. Look at which of the two is asked for.",
    "no-effect": "What came back is what is right for an argument's default. Look "
    "where the argument's name is used, or should be.",
    "swapped": "What came back is right for two values swapped. Look at the order of "
    "arguments, and at which size belongs to which axis.",
    "as-if": "What came back is right for another value of one argument. Look at where "
    "this argument is used: it is left out, changed, or another stands in its place.",
    "of-the-truth": "What came back is the truth with something done to it. Look for a "
    "step too many, or one that is left out, between the truth and the return.",
    "only-the-shape": "The numbers are right, and in order. Look at reshapes, at "
    "keepdims, and at a number that is still wrapped in an array.",
    "inside": "The numbers are right where both sides have some, but there are too "
    "many or too few. Look at padding, at the limits of loops and at the sizes.",
    "another-order": "The right numbers came back, in the wrong places. Look at "
    "reshapes, at the order of loops, and at sorting.",
    "leaf-in-place": "torch records what happens to a tensor that requires a gradient, "
    "and refuses to change it meanwhile. An optimiser's step is no part of the graph.",
    "grad-is-none": "Gradients are kept for leaves: tensors that you made, with "
    "requires_grad. What an operation gives back is another tensor, without one.",
    "ambiguous-truth": "An if takes one yes or no; a comparison of arrays gives one "
    "for each entry.",
    "shape-for-a-size": "shape is a tuple; arithmetic needs one of its numbers.",
    "module-for-a-tensor": "A class that is given a tensor takes it for a setting. "
    "Make the module once, in __init__, and call it in forward.",
    "module-not-begun": "nn.Module keeps books of its parameters and modules, and "
    "opens them in its own __init__.",
    "pair-for-a-number": "An argument that may be a number or a pair is used as if it "
    "were always a number.",
    "one-number-of-many": "math works on single numbers, NumPy and torch on arrays.",
    "no-graph": "A gradient flows along recorded operations only. Look for the first "
    "step of which torch keeps no record.",
    "backward-twice": "A graph serves once. Look at what is computed before "
    "the loop and used inside it.",
    "backward-of-many": "The gradient is that of one number. Look at the loss.",
    "numpy-of-a-graph": "NumPy knows nothing of gradients. Stay in torch where a "
    "gradient is due.",
    "mixed-dtypes": "torch multiplies tensors of one dtype only. Look at what is made "
    "anew: zeros, ones and randn are float32 unless they are told otherwise.",
    "nan-in-integers": "Integers have no NaN. Look at the dtype of what is filled.",
    "floats-into-integers": "An array keeps its dtype when it is changed in place.",
    "shapes-do-not-match": "Write the shape of each factor beside the line; the inner "
    "sizes of a product must be equal, and entry by entry all sizes must.",
    "past-the-end": "Indices run from 0 to the size less one. Look at the loop's "
    "bounds, and at which size they are taken from.",
    "fixed-number-of-axes": "Unpacking a shape fixes how many axes there are. Use the "
    "shape as it is, or count from its end.",
}
