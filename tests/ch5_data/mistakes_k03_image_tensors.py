"""Wrong answers to Image tensors, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("to_tensor", "TO WRITE: cause and remedy.")
def to_write_to_tensor_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("to_tensor", "TO WRITE: cause and remedy.")
def to_write_to_tensor_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("to_tensor", "TO WRITE: cause and remedy.")
def to_write_to_tensor_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("chw_to_hwc", "TO WRITE: cause and remedy.")
def to_write_chw_to_hwc_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("chw_to_hwc", "TO WRITE: cause and remedy.")
def to_write_chw_to_hwc_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("chw_to_hwc", "TO WRITE: cause and remedy.")
def to_write_chw_to_hwc_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("channel_mean_std", "TO WRITE: cause and remedy.")
def to_write_channel_mean_std_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("channel_mean_std", "TO WRITE: cause and remedy.")
def to_write_channel_mean_std_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("channel_mean_std", "TO WRITE: cause and remedy.")
def to_write_channel_mean_std_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("normalize", "TO WRITE: cause and remedy.")
def to_write_normalize_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("normalize", "TO WRITE: cause and remedy.")
def to_write_normalize_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("normalize", "TO WRITE: cause and remedy.")
def to_write_normalize_3(x):
    raise NotImplementedError("TO WRITE")
