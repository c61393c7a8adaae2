"""Wrong answers to Conv2d im2col, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("im2col", "TO WRITE: cause and remedy.")
def to_write_im2col_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("im2col", "TO WRITE: cause and remedy.")
def to_write_im2col_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("im2col", "TO WRITE: cause and remedy.")
def to_write_im2col_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("col2im", "TO WRITE: cause and remedy.")
def to_write_col2im_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("col2im", "TO WRITE: cause and remedy.")
def to_write_col2im_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("col2im", "TO WRITE: cause and remedy.")
def to_write_col2im_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_forward", "TO WRITE: cause and remedy.")
def to_write_conv2d_forward_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_forward", "TO WRITE: cause and remedy.")
def to_write_conv2d_forward_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_forward", "TO WRITE: cause and remedy.")
def to_write_conv2d_forward_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_backward", "TO WRITE: cause and remedy.")
def to_write_conv2d_backward_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_backward", "TO WRITE: cause and remedy.")
def to_write_conv2d_backward_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("conv2d_backward", "TO WRITE: cause and remedy.")
def to_write_conv2d_backward_3(x):
    raise NotImplementedError("TO WRITE")
