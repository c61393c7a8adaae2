"""Wrong answers to Devices, rejected by the grader and named by the dojo."""

from dojo.grading import mistake


@mistake("try_gpu", "TO WRITE: cause and remedy.")
def to_write_try_gpu_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("try_gpu", "TO WRITE: cause and remedy.")
def to_write_try_gpu_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("try_gpu", "TO WRITE: cause and remedy.")
def to_write_try_gpu_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("try_all_gpus", "TO WRITE: cause and remedy.")
def to_write_try_all_gpus_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("try_all_gpus", "TO WRITE: cause and remedy.")
def to_write_try_all_gpus_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("try_all_gpus", "TO WRITE: cause and remedy.")
def to_write_try_all_gpus_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("module_device", "TO WRITE: cause and remedy.")
def to_write_module_device_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("module_device", "TO WRITE: cause and remedy.")
def to_write_module_device_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("module_device", "TO WRITE: cause and remedy.")
def to_write_module_device_3(x):
    raise NotImplementedError("TO WRITE")


@mistake("to_device", "TO WRITE: cause and remedy.")
def to_write_to_device_1(x):
    raise NotImplementedError("TO WRITE")


@mistake("to_device", "TO WRITE: cause and remedy.")
def to_write_to_device_2(x):
    raise NotImplementedError("TO WRITE")


@mistake("to_device", "TO WRITE: cause and remedy.")
def to_write_to_device_3(x):
    raise NotImplementedError("TO WRITE")
