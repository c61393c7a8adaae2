"""Wrong answers to Save and load, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("save_checkpoint", "TO WRITE: cause and remedy.")
def to_write_save_checkpoint_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("save_checkpoint", "TO WRITE: cause and remedy.")
def to_write_save_checkpoint_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("save_checkpoint", "TO WRITE: cause and remedy.")
def to_write_save_checkpoint_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("load_checkpoint", "TO WRITE: cause and remedy.")
def to_write_load_checkpoint_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("load_checkpoint", "TO WRITE: cause and remedy.")
def to_write_load_checkpoint_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("load_checkpoint", "TO WRITE: cause and remedy.")
def to_write_load_checkpoint_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("transfer_prefix", "TO WRITE: cause and remedy.")
def to_write_transfer_prefix_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("transfer_prefix", "TO WRITE: cause and remedy.")
def to_write_transfer_prefix_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("transfer_prefix", "TO WRITE: cause and remedy.")
def to_write_transfer_prefix_3(x):
    raise NotImplementedError("TO WRITE")
