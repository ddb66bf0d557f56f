"""A worker process: started by ``process.ChildProcess``, told what to be, then given jobs.

It speaks over its own pipe only, ignores Ctrl-C, gives up its rights before it meets untrusted
bytes, and ends when its parent does.
"""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.device import CPU
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import runtimes_folder
from anitag_desktop.recognition.device_failure import DeviceError
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.worker import codec, control, messages, sandbox
from anitag_desktop.worker.pipe import open_pipe

if TYPE_CHECKING:
    from anitag_desktop.worker.stages import SharedStages
    from anitag_desktop.worker.workbench import ChildJob, Workbench

_SETUP = codec.by_name(control.Setup)
_JOBS = codec.by_name(messages.IdentifyJob, messages.RecogniseJob, messages.VerifyJob, control.Draw)
_GIGABYTE = 1 << 30


def main() -> None:
    """Serve jobs until the pipe closes. The first argument is the pipe's number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)  # thumbnails are for their owner's eyes, wherever the library lies
    sandbox.die_with_parent()
    Child(open_pipe(int(sys.argv[1]))).serve()


class Child:
    """One process's state: its pipe and, after ``Setup``, what does the jobs."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._jobs: SimpleQueue[ChildJob] = SimpleQueue()

    def serve(self) -> None:
        """Read the setup, get ready, then pass jobs to the threads until the pipe closes."""
        try:
            setup = codec.decode(self._receive(), _SETUP)
            self._prepare(setup)
            while True:
                self._jobs.put(codec.decode(self._receive(), _JOBS))
        except (EOFError, OSError):
            os._exit(0)

    def _receive(self) -> bytes:
        received: bytes = self._connection.recv_bytes(codec.FRAME_LIMIT)
        return received

    def send(self, message: object) -> None:
        """Send a message; threads take turns. Without a parent there is nothing left to do."""
        frame = codec.encode(message)
        try:
            with self._sending:
                self._connection.send_bytes(frame)
        except OSError:
            os._exit(0)

    def _prepare(self, setup: control.Setup) -> None:
        thumbnails = Path(os.fsdecode(setup.thumbnails))
        folders = [Path(os.fsdecode(folder)) for folder in setup.models]
        memory = _memory(folders, _cores())
        try:
            thumbnails.mkdir(parents=True, exist_ok=True)
            tempfile.tempdir = str(thumbnails)  # torch asks for one, and no other can be written
            may_use = setup.largest_batch > 0 and setup.device != CPU
            devices = may_use and _has_devices(folders)
            limits = sandbox.restrict(thumbnails, memory=memory, may_use_devices=devices)
            self._start(setup, thumbnails, folders, limits)
        except AnitagError as error:
            params = {k: str(v) for k, v in error.params.items()}
            self.send(control.Unusable(error.code, dict(params)))
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told and not guessed)
            self.send(control.Unusable("worker_died", {"reason": f"{error}"[:300]}))

    def _start(
        self,
        setup: control.Setup,
        thumbnails: Path,
        folders: Sequence[Path],
        limits: tuple[str, ...],
    ) -> None:
        from anitag_desktop.recognition.decoding import harden
        from anitag_desktop.recognition.engines import ENGINES, EngineStore
        from anitag_desktop.recognition.giving_back import keep_memory
        from anitag_desktop.recognition.providers import Means
        from anitag_desktop.worker.loading import Batches, load
        from anitag_desktop.worker.pixels import SharedPixels
        from anitag_desktop.worker.stages import SharedStages
        from anitag_desktop.worker.workbench import Workbench

        cores, batch = setup.threads or _cores(), setup.largest_batch
        means = Means(
            None if batch else (),
            cores,
            setup.proofs,
            self._tell_trial,
            setup.device,
            EngineStore(runtimes_folder() / ENGINES, batch),
        )
        gate = threading.Semaphore(cores)
        keep_memory()
        loaded = load(folders, means, Batches(batch, self._tell_shrinking, gate))
        harden()
        # Of those that wait for a device, one batch is being run and the next one filled.
        threads = cores + 2 * batch if loaded.is_batched else cores
        pixels = None
        if setup.role == control.VIEWER:
            pixels = SharedPixels(threads, setup.pixels)
        bench, stages = Workbench(loaded.models, thumbnails, pixels), SharedStages(setup.stages)
        for slot in range(threads):
            seat = (bench, gate, stages, slot)
            threading.Thread(target=self._work, args=seat, daemon=True).start()
        # One more for each core, so that none waits for the other process between two pictures.
        ahead = 0 if pixels else cores
        capacity = threads + ahead
        self.send(control.Ready(loaded.providers, loaded.reason, limits, capacity, loaded.proofs))

    def _work(
        self, bench: "Workbench", gate: threading.Semaphore, stages: "SharedStages", slot: int
    ) -> None:
        while True:
            job = self._jobs.get()
            try:
                with gate:
                    answer = bench.do(job, partial(stages.note, slot, job.job_id))
                self.send(answer)
                stages.leave(slot)  # not before: what cannot be sent has to become late
            except DeviceError as error:
                # This process is done for; its jobs are taken back by who started it.
                self.send(control.DeviceFailed(error.diagnosis.words))

    def _tell_trial(self, proof: Proof) -> None:
        self.send(control.Trying(proof))

    def _tell_shrinking(self, largest: int, words: str) -> None:
        self.send(control.Shrunk(largest, words))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory(folders: Sequence[Path], cores: int) -> int:
    """Return a roomy limit of address space: pictures, each thread's, the weights several times."""
    kinds = ("*.onnx*", "*.safetensors")
    files = [f for folder in folders for kind in kinds for f in folder.glob(kind)]
    weights = sum(f.stat().st_size for f in files)
    return 4 * _GIGABYTE + 4 * weights + cores * _GIGABYTE // 4


def _has_devices(folders: Sequence[Path]) -> bool:
    return _has_accelerator() or _has_torch_on_a_gpu(folders)


def _has_torch_on_a_gpu(folders: Sequence[Path]) -> bool:
    """Tell whether a model may run in torch on a GPU, without importing it."""
    wanted = any(next(folder.glob("*.safetensors"), None) for folder in folders)
    return wanted and find_spec("torch") is not None and Path("/dev/nvidiactl").exists()


def _has_accelerator() -> bool:
    """Tell whether the installed ONNX Runtime can run on a GPU, without importing it."""
    if find_spec("onnxruntime_ep_webgpu") is not None:
        return True
    spec = find_spec("onnxruntime")
    if spec is None or spec.origin is None:
        return False
    capi = Path(spec.origin).parent / "capi"
    found = {path.name for path in capi.glob("*onnxruntime_providers_*")}
    return any(kind in name for name in found for kind in ("cuda", "migraphx", "openvino"))


if __name__ == "__main__":
    main()
