"""Wrong answers to Mini-batches, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("num_batches", "TO WRITE: cause and remedy.")
def to_write_num_batches_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("num_batches", "TO WRITE: cause and remedy.")
def to_write_num_batches_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("num_batches", "TO WRITE: cause and remedy.")
def to_write_num_batches_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("batch_indices", "TO WRITE: cause and remedy.")
def to_write_batch_indices_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("batch_indices", "TO WRITE: cause and remedy.")
def to_write_batch_indices_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("batch_indices", "TO WRITE: cause and remedy.")
def to_write_batch_indices_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("collate", "TO WRITE: cause and remedy.")
def to_write_collate_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("collate", "TO WRITE: cause and remedy.")
def to_write_collate_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("collate", "TO WRITE: cause and remedy.")
def to_write_collate_3(x):
    raise NotImplementedError("TO WRITE")
