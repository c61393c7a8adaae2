"""Wrong answers to Max pool2d, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("max_pool2d_forward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_forward_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("max_pool2d_forward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_forward_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("max_pool2d_forward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_forward_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("max_pool2d_backward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_backward_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("max_pool2d_backward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_backward_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("max_pool2d_backward", "TO WRITE: cause and remedy.")
def to_write_max_pool2d_backward_3(x):
    raise NotImplementedError("TO WRITE")
