"""Cores, memory, disk, and what computes."""

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from training.doctor.finding import Finding

GIGABYTE = 1_000_000_000
LEAST_MEMORY = 4 * GIGABYTE
LEAST_DISK = 5 * GIGABYTE
LEAST_SHARED = GIGABYTE
SHARED = Path("/dev/shm")


def machine(runs: Path) -> Iterator[Finding]:
    """Yield what the machine has; ``runs`` is the folder that runs will lie in."""
    yield Finding("cores", str(cores()))
    memory = available_memory()
    if memory is not None:
        advice = "close other programs, or train with a smaller run.micro_batch"
        yield Finding("memory", f"{_giga(memory)} free", advice if memory < LEAST_MEMORY else "")
    yield disk(runs)
    yield from shared_memory(SHARED)
    yield Finding("loaders", f"started by {multiprocessing.get_start_method()}")
    yield from devices()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory() -> int | None:
    """Return the bytes that are free for programs; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    known = dict(line.split(":", 1) for line in lines)
    return int(known["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in known else None


def disk(runs: Path) -> Finding:
    """Return the room where runs will lie."""
    place = next(p for p in (runs.absolute(), *runs.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free
    small = free < LEAST_DISK
    advice = "free some space, or give --run-folder on another disk" if small else ""
    if not os.access(place, os.W_OK):
        advice = "this folder cannot be written; give --run-folder elsewhere"
    return Finding("disk", f"{_giga(free)} free in {place}", advice)


def shared_memory(place: Path) -> Iterator[Finding]:
    """Yield the room through which loader processes hand over pictures, where there is such."""
    if place.is_dir():
        free = shutil.disk_usage(place).free
        advice = "set run.workers = 0, or give the container more (--shm-size=2g)"
        yield Finding("shared memory", f"{_giga(free)} free", advice if free < LEAST_SHARED else "")


def devices() -> Iterator[Finding]:
    """Yield what can compute, and which precisions it really computes in."""
    try:
        import torch
    except ImportError:
        return
    yield Finding("device cpu", f"{torch.get_num_threads()} threads; {_precisions('cpu')}")
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            facts = torch.cuda.get_device_properties(number)
            name = f"cuda:{number}"
            told = f"{facts.name}, {_giga(facts.total_memory)}; {_precisions(name)}"
            yield Finding(f"device {name}", told)
    elif torch.version.cuda:
        yield Finding("device cuda", "none found; training runs on the CPU")
    if torch.backends.mps.is_available():
        yield Finding("device mps", _precisions("mps"))


def _precisions(device: str) -> str:
    """Return the precisions in which a small product comes out right."""
    import torch

    kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    works = []
    for name, kind in kinds.items():
        try:
            ones = torch.ones(8, 8, dtype=kind, device=device)
            if bool(((ones @ ones).float() == 8).all()):
                works.append(name)
        except (RuntimeError, TypeError):
            continue
    return ", ".join(works)


def _giga(count: int) -> str:
    return f"{count / GIGABYTE:.1f} GB"
