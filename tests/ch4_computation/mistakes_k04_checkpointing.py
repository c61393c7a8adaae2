"""Wrong answers to checkpointing that the grader must reject and the dojo can name."""

import torch

from dojo.grading import mistake
from solutions.ch4_computation import k04_checkpointing as right


def _save(path, net, optimizer, epoch, /, **other):
    """Write the three entries, or what `other` has in their place."""
    kept = None if optimizer is None else optimizer.state_dict()
    state = {"net": net.state_dict(), "optimizer": kept, "epoch": epoch}
    torch.save(state | other, path)


@mistake(
    "save_checkpoint",
    "What is saved holds the net as an object: such a file is a program, and breaks when the "
    "code changes. Save what net.state_dict() returns.",
)
def saves_the_module(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, epoch, net=net)


@mistake(
    "save_checkpoint",
    "What is saved holds the optimizer as an object: such a file is a program, and breaks "
    "when the code changes. Save what optimizer.state_dict() returns.",
)
def saves_the_optimizer_itself(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, epoch, optimizer=optimizer)


@mistake(
    "save_checkpoint",
    "The state of the optimizer is asked for also where there is none: the entry is None "
    "then.",
)
def asks_for_an_optimizer(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, epoch, optimizer=optimizer.state_dict())


@mistake(
    "save_checkpoint",
    "What the optimizer remembers is not saved: put optimizer.state_dict() beside the net.",
)
def forgets_the_optimizer(path, net, optimizer=None, epoch=0):
    _save(path, net, None, epoch)


@mistake("save_checkpoint", "The epoch in the file is 0 always: save the one given.")
def forgets_the_epoch(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, 0)


@mistake("save_checkpoint", "The epoch is counted up; save the one that was given.")
def counts_the_epoch_up(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, epoch + 1)


@mistake("save_checkpoint", "The epoch is a text; it is an int.")
def makes_a_text_of_the_epoch(path, net, optimizer=None, epoch=0):
    _save(path, net, optimizer, str(epoch))


@mistake(
    "save_checkpoint",
    "Only the parameters are saved, and buffers such as running means are lost: "
    "net.state_dict() has both.",
)
def saves_the_parameters_only(path, net, optimizer=None, epoch=0):
    params = {name: p.detach() for name, p in net.named_parameters()}
    _save(path, net, optimizer, epoch, net=params)


@mistake(
    "save_checkpoint",
    "Frozen parameters are left out of the file: they belong to the net all the same.",
)
def leaves_out_what_is_frozen(path, net, optimizer=None, epoch=0):
    frozen = {name for name, p in net.named_parameters() if not p.requires_grad}
    state = {k: v for k, v in net.state_dict().items() if k not in frozen}
    _save(path, net, optimizer, epoch, net=state)


@mistake(
    "save_checkpoint",
    "Only what learns is saved: frozen parameters and buffers belong to the net, too.",
)
def saves_what_learns_only(path, net, optimizer=None, epoch=0):
    state = {n: p.detach() for n, p in net.named_parameters() if p.requires_grad}
    _save(path, net, optimizer, epoch, net=state)


@mistake(
    "save_checkpoint",
    "The file holds the net's state alone: it is a dict with the keys net, optimizer and "
    "epoch.",
)
def saves_the_nets_state_alone(path, net, optimizer=None, epoch=0):
    torch.save(net.state_dict(), path)


@mistake(
    "save_checkpoint",
    "The keys have other names: they are net, optimizer and epoch.",
    without=["None", "no entry"],
)
def uses_other_keys(path, net, optimizer=None, epoch=0, *, without):
    kept = None if optimizer is None else optimizer.state_dict()
    state = {"model_state_dict": net.state_dict(), "epoch": epoch}
    if optimizer is not None or without == "None":
        state["optimizer_state_dict"] = kept
    torch.save(state, path)


@mistake(
    "save_checkpoint",
    "Without an optimizer the key is left out of the file: its value is None.",
)
def leaves_the_key_out(path, net, optimizer=None, epoch=0):
    state = {"net": net.state_dict(), "epoch": epoch}
    if optimizer is not None:
        state["optimizer"] = optimizer.state_dict()
    torch.save(state, path)


@mistake(
    "save_checkpoint",
    "Without an optimizer the entry is an empty dict; it is None.",
)
def writes_an_empty_dict(path, net, optimizer=None, epoch=0):
    kept = {} if optimizer is None else optimizer.state_dict()
    _save(path, net, None, epoch, optimizer=kept)


@mistake(
    "save_checkpoint",
    "The net is left in evaluation mode: saving changes no mode.",
)
def puts_the_net_to_rest(path, net, optimizer=None, epoch=0):
    _save(path, net.eval(), optimizer, epoch)


@mistake(
    "save_checkpoint", "The gradients are cleared: saving leaves them as they are."
)
def clears_the_gradients(path, net, optimizer=None, epoch=0):
    net.zero_grad()
    _save(path, net, optimizer, epoch)


@mistake(
    "save_checkpoint",
    "The numbers are saved as 32-bit floats: keep the dtype of the net.",
)
def saves_float32(path, net, optimizer=None, epoch=0):
    state = {k: v.float() for k, v in net.state_dict().items()}
    _save(path, net, optimizer, epoch, net=state)


@mistake(
    "save_checkpoint",
    "A file that is there is kept, and the new state is lost: replace it.",
)
def keeps_an_old_file(path, net, optimizer=None, epoch=0):
    try:
        with open(path, "xb") as file:
            _save(file, net, optimizer, epoch)
    except FileExistsError:
        return


@mistake(
    "save_checkpoint",
    "There is no file at the path: torch.save takes the dict and the path as it is given.",
)
def writes_nothing(path, net, optimizer=None, epoch=0):
    {"net": net.state_dict(), "optimizer": None, "epoch": epoch}


def _load(path, net, optimizer, map_location, *, strict=True, weights_only=True):
    state = torch.load(path, map_location=map_location, weights_only=weights_only)
    net.load_state_dict(state["net"], strict=strict)
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


@mistake(
    "load_checkpoint",
    "Names that do not fit are passed over, strict=False, and a typo leaves random weights: "
    "load strictly.",
)
def hides_what_does_not_fit(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, optimizer, map_location, strict=False)


@mistake(
    "load_checkpoint",
    "The file may run code, weights_only=False: read it with weights_only=True.",
)
def lets_the_file_run_code(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, optimizer, map_location, weights_only=False)


@mistake(
    "load_checkpoint",
    "map_location is not handed to torch.load, so a file from another device cannot be read.",
)
def leaves_map_location_out(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, optimizer, None)


@mistake(
    "load_checkpoint",
    "Tensors are read to the cpu whatever map_location says: hand it on.",
)
def always_reads_to_the_cpu(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, optimizer, "cpu")


@mistake(
    "load_checkpoint",
    "The optimizer is left as it is, so its memory starts anew: "
    "optimizer.load_state_dict(state['optimizer']).",
)
def forgets_to_load_the_optimizer(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, None, map_location)


@mistake(
    "load_checkpoint",
    "The state of the optimizer is loaded also where there is no optimizer.",
    when=["always", "if the file has one"],
)
def needs_an_optimizer(path, net, optimizer=None, map_location="cpu", *, when):
    state = torch.load(path, map_location=map_location, weights_only=True)
    net.load_state_dict(state["net"])
    if when == "always" or state["optimizer"] is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


@mistake(
    "load_checkpoint",
    "Net and optimizer are left as they are: load the states into them; a name that is "
    "bound anew is another thing inside the function alone.",
)
def binds_the_names_anew(path, net, optimizer=None, map_location="cpu"):
    state = torch.load(path, map_location=map_location, weights_only=True)
    return state["epoch"]


@mistake("load_checkpoint", "The net is left as it is: load state['net'] into it.")
def forgets_to_load_the_net(path, net, optimizer=None, map_location="cpu"):
    state = torch.load(path, map_location=map_location, weights_only=True)
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


@mistake(
    "load_checkpoint",
    "The whole dict is loaded into the net: its entry net is the net's state.",
)
def loads_the_whole_dict(path, net, optimizer=None, map_location="cpu"):
    state = torch.load(path, map_location=map_location, weights_only=True)
    net.load_state_dict(state)
    return state["epoch"]


@mistake("load_checkpoint", "The next epoch comes back; return the one in the file.")
def returns_the_next_epoch(path, net, optimizer=None, map_location="cpu"):
    return _load(path, net, optimizer, map_location) + 1


@mistake("load_checkpoint", "The whole dict comes back; return its epoch.")
def returns_the_state(path, net, optimizer=None, map_location="cpu"):
    _load(path, net, optimizer, map_location)
    return torch.load(path, map_location=map_location, weights_only=True)


@mistake("load_checkpoint", "Nothing comes back; return the epoch.")
def returns_nothing(path, net, optimizer=None, map_location="cpu"):
    _load(path, net, optimizer, map_location)


@mistake(
    "load_checkpoint",
    "The net is put in evaluation mode: loading leaves each module's mode as it is.",
)
def puts_the_net_to_rest_after_loading(path, net, optimizer=None, map_location="cpu"):
    epoch = _load(path, net, optimizer, map_location)
    net.eval()
    return epoch


@mistake(
    "load_checkpoint",
    "The net is put in training mode: loading leaves each module's mode as it is.",
    when=["always", "with an optimizer"],
)
def wakes_the_net_after_loading(path, net, optimizer=None, map_location="cpu", *, when):
    epoch = _load(path, net, optimizer, map_location)
    if when == "always" or optimizer is not None:
        net.train()
    return epoch


@mistake(
    "load_checkpoint",
    "The parameters become new tensors, assign=True, and the optimizer goes on with the old "
    "ones: copy the values, as load_state_dict does by default.",
)
def makes_new_parameters(path, net, optimizer=None, map_location="cpu"):
    state = torch.load(path, map_location=map_location, weights_only=True)
    net.load_state_dict(state["net"], assign=True)
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


@mistake(
    "load_checkpoint",
    "Only the parameters are loaded, and buffers such as running means stay as they were.",
)
def leaves_the_buffers(path, net, optimizer=None, map_location="cpu"):
    state = torch.load(path, map_location=map_location, weights_only=True)
    names = dict(net.named_parameters())
    if net.state_dict().keys() != state["net"].keys():
        raise RuntimeError("other keys")
    for name, p in names.items():
        p.data.copy_(state["net"][name])
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return state["epoch"]


@mistake(
    "load_checkpoint",
    "Every parameter learns afterwards: those that were frozen stay frozen.",
)
def thaws_everything(path, net, optimizer=None, map_location="cpu"):
    epoch = _load(path, net, optimizer, map_location)
    net.requires_grad_(True)
    return epoch


def _transfer(src_state, dst_net, names):
    dst = dst_net.state_dict()
    for name in names:
        if dst[name].shape != src_state[name].shape:
            raise RuntimeError(name)
        dst[name].copy_(src_state[name])
    return names


def _both(src_state, dst_net):
    return [name for name in src_state if name in dst_net.state_dict()]


@mistake(
    "transfer_prefix",
    "Only parameters are copied, and buffers such as running means are left behind.",
)
def leaves_buffers_behind(src_state, dst_net, prefix):
    own = dict(dst_net.named_parameters())
    names = [n for n in src_state if n.startswith(prefix) and n in own]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "Whatever its name, everything that the net has is copied: ask for the prefix first.",
    lists=["everything", "what has the prefix"],
)
def copies_everything(src_state, dst_net, prefix, *, lists):
    names = _transfer(src_state, dst_net, _both(src_state, dst_net))
    begun = [name for name in src_state if name.startswith(prefix)]
    return names if lists == "everything" else begun


@mistake(
    "transfer_prefix",
    "A name counts if the prefix stands anywhere in it: it must begin with it.",
)
def takes_the_prefix_anywhere(src_state, dst_net, prefix):
    names = [n for n in _both(src_state, dst_net) if prefix in n]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "The prefix is taken for the name of a module, whole: any beginning of a name counts.",
)
def takes_whole_modules_only(src_state, dst_net, prefix):
    whole = prefix.rstrip(".") + "."
    names = [
        n
        for n in _both(src_state, dst_net)
        if not prefix or n == prefix or n.startswith(whole)
    ]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "Shapes that differ are passed over; they must raise.",
)
def passes_over_other_shapes(src_state, dst_net, prefix):
    dst = dst_net.state_dict()
    names = [n for n in _both(src_state, dst_net) if n.startswith(prefix)]
    names = [n for n in names if dst[n].shape == src_state[n].shape]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "copy_ broadcasts: a smaller tensor fills the larger one without an error. Compare the "
    "shapes first.",
)
def broadcasts(src_state, dst_net, prefix):
    dst = dst_net.state_dict()
    names = [n for n in _both(src_state, dst_net) if n.startswith(prefix)]
    for name in names:
        dst[name].copy_(src_state[name])
    return names


@mistake(
    "transfer_prefix",
    "The tensors are put in as they are, by .data, so that both nets share their memory: "
    "copy the values.",
    shapes=["not compared", "compared"],
)
def shares_the_memory(src_state, dst_net, prefix, *, shapes):
    names = [n for n in _both(src_state, dst_net) if n.startswith(prefix)]
    own = dict(dst_net.named_parameters()) | dict(dst_net.named_buffers())
    for name in names:
        if shapes == "compared" and own[name].shape != src_state[name].shape:
            raise RuntimeError(name)
        own[name].data = src_state[name].data
    return names


@mistake(
    "transfer_prefix",
    "Names that the net does not have are in the list: only what was copied comes back.",
)
def lists_what_was_not_copied(src_state, dst_net, prefix):
    names = [n for n in src_state if n.startswith(prefix)]
    _transfer(src_state, dst_net, [n for n in names if n in dst_net.state_dict()])
    return names


@mistake(
    "transfer_prefix",
    "A name of the net that the source does not have raises: copy what both have.",
)
def asks_for_all_of_the_net(src_state, dst_net, prefix):
    names = [n for n in dst_net.state_dict() if n.startswith(prefix)]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "A name of the source that the net does not have raises: copy what both have.",
)
def asks_for_all_of_the_source(src_state, dst_net, prefix):
    names = [n for n in src_state if n.startswith(prefix)]
    return _transfer(src_state, dst_net, names)


@mistake(
    "transfer_prefix",
    "load_state_dict is strict by default, and what is not copied is missing then: "
    "strict=False leaves it as it is.",
)
def loads_strictly(src_state, dst_net, prefix):
    chosen = {n: v for n, v in src_state.items() if n.startswith(prefix)}
    dst_net.load_state_dict(chosen)
    return list(chosen)


@mistake("transfer_prefix", "Nothing comes back; return the names that were copied.")
def returns_no_names(src_state, dst_net, prefix):
    right.transfer_prefix(src_state, dst_net, prefix)


@mistake("transfer_prefix", "How many names comes back; return the names themselves.")
def counts_the_names(src_state, dst_net, prefix):
    return len(right.transfer_prefix(src_state, dst_net, prefix))


@mistake("transfer_prefix", "The names come back without their prefix: whole names.")
def cuts_the_prefix_off(src_state, dst_net, prefix):
    names = right.transfer_prefix(src_state, dst_net, prefix)
    return [name.removeprefix(prefix) for name in names]


@mistake(
    "transfer_prefix",
    "Nothing reaches the net: a dict that state_dict() gave must be loaded when it is "
    "filled, or the tensors in it be copied into.",
    shapes=["not compared", "compared"],
)
def copies_nothing(src_state, dst_net, prefix, *, shapes):
    names = [n for n in _both(src_state, dst_net) if n.startswith(prefix)]
    own = dst_net.state_dict()
    for name in names:
        if shapes == "compared" and own[name].shape != src_state[name].shape:
            raise RuntimeError(name)
    return names


@mistake(
    "transfer_prefix",
    "What was copied is frozen: every parameter keeps its requires_grad.",
)
def freezes_what_it_copied(src_state, dst_net, prefix):
    names = right.transfer_prefix(src_state, dst_net, prefix)
    for name, p in dst_net.named_parameters():
        if name in names:
            p.requires_grad_(False)
    return names


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "save_checkpoint": {
        "- state = {\n"
        '- "net": net.state_dict(),\n'
        '- "optimizer": None if optimizer is None else optimizer.state_dict(),\n'
        '- "epoch": epoch,\n'
        "- }\n"
        "+ state = {'net': net.state_dict(), 'optimizer': None if optimizer == None else optimizer.state_dict(), 'epoch': epoch}": "no optimizer is equal to None",
    },
    "load_checkpoint": {
        "- state = torch.load(path, map_location=map_location, weights_only=True)\n"
        "+ state = torch.load(path, map_location=map_location)": "it is what this version of torch does if nothing is said",
        "- if optimizer is not None:\n"
        "+ if optimizer != None:": "no optimizer is equal to None",
        '- net.load_state_dict(state["net"])\n'
        "- if optimizer is not None:\n"
        "+ if optimizer is not None:\n"
        "+ net.load_state_dict(state['net'])": "net and optimizer are loaded in either order",
    },
    "transfer_prefix": {
        "- if src_state[name].shape != dst[name].shape:\n"
        "- dst[name].copy_(src_state[name])\n"
        "+ dst[name].copy_(src_state[name])\n"
        "+ if src_state[name].shape != dst[name].shape:": "what the net holds after an error is not promised",
    },
}
