"""Several processes that train one network: started by torchrun, or one alone.

Plain torch: each process takes its share of every batch, gradients and counts are added up, and
losses are sums over counts, so that the number of processes changes nothing but the speed.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed

from anitag_desktop.domain.error import AnitagError

BUCKET = 1 << 25
"""So many gradient values are added up at a time."""

BACKENDS = "cpu:gloo,cuda:nccl"
"""Beside gradients on GPUs processes exchange counts that lie in memory: of tags, for example."""


@dataclass(frozen=True, slots=True)
class Processes:
    """This process's number and how many there are."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this process writes files and reports."""
        return self.rank == 0

    def add_up(self, tensors: Iterable[torch.Tensor]) -> None:
        """Replace each tensor by its sum over all processes."""
        if self.count > 1:
            for tensor in tensors:
                distributed.all_reduce(tensor)

    def add_up_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Add up gradients, many at a time; a gradient that a process lacks counts as zeros."""
        if self.count == 1:
            return
        bucket: list[torch.nn.Parameter] = []
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            bucket.append(parameter)
            if sum(p.numel() for p in bucket) >= BUCKET:
                self._add_up_bucket(bucket)
                bucket = []
        if bucket:
            self._add_up_bucket(bucket)

    def average_norms(self, network: torch.nn.Module) -> None:
        """Give all processes the mean of the batch norms' running statistics."""
        if self.count == 1:
            return
        for buffer in network.buffers():
            if buffer.is_floating_point():
                distributed.all_reduce(buffer)
                buffer.div_(self.count)

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            distributed.barrier()

    def agree(self, value: bool) -> bool:
        """Return whether any process says yes."""
        if self.count == 1:
            return value
        flag = torch.tensor(float(value))
        self.add_up([flag])
        return bool(flag > 0)

    def _add_up_bucket(self, bucket: list[torch.nn.Parameter]) -> None:
        gradients = [p.grad for p in bucket if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        parts = flat.split([gradient.numel() for gradient in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))


def demand_device(device: str) -> None:
    """Raise ``bad_config`` when a device cannot be used on this machine."""
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = f"{device} cannot be used here ({str(error).splitlines()[0]})"
        raise AnitagError("bad_config", path="run.device", reason=reason) from error


def usable_device(device: str) -> str:
    """Return a device, or the CPU where it is not there: what was trained can be used anywhere."""
    try:
        demand_device(device)
    except AnitagError:
        return "cpu"
    return device


@contextmanager
def joined_processes(device: str) -> Iterator[Processes]:
    """Join the processes that torchrun started (WORLD_SIZE, RANK), if it did.

    Raises:
        AnitagError: ``bad_config`` for a device that is not there, and for one GPU that several
            processes would share.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    on_gpu = device.startswith("cuda")
    if on_gpu and count > 1 and device != "cuda":
        reason = f"{count} processes cannot share {device}: with cuda each has its own GPU"
        raise AnitagError("bad_config", path="run.device", reason=reason)
    own = f"cuda:{os.environ['LOCAL_RANK']}" if on_gpu and count > 1 else device
    demand_device(own)
    if count == 1:
        yield Processes()
        return
    if on_gpu:
        torch.cuda.set_device(own)
    distributed.init_process_group(BACKENDS if on_gpu else "gloo")
    try:
        yield Processes(distributed.get_rank(), count)
    finally:
        distributed.destroy_process_group()
