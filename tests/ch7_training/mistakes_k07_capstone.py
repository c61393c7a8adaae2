"""Wrong answers to Capstone, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("build_pipeline", "TO WRITE: cause and remedy.")
def to_write_build_pipeline_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("build_pipeline", "TO WRITE: cause and remedy.")
def to_write_build_pipeline_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("build_pipeline", "TO WRITE: cause and remedy.")
def to_write_build_pipeline_3(x):
    raise NotImplementedError("TO WRITE")
