"""Keeping one worker process at work: started, fed, watched, replaced. Runs on one thread."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from anitag_desktop.domain.device import CPU
from anitag_desktop.domain.error import MESSAGES
from anitag_desktop.paths import runtimes_folder
from anitag_desktop.recognition.accelerator import TENSORRT
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.worker import control
from anitag_desktop.worker.believing import believe, has_sentence
from anitag_desktop.worker.codec import ProtocolError
from anitag_desktop.worker.descent import Descent
from anitag_desktop.worker.ledger import Ledger
from anitag_desktop.worker.messages import (
    Answer,
    Failed,
    Job,
    Previewed,
    PreviewJob,
    ProviderReport,
)
from anitag_desktop.worker.options import WorkerOptions
from anitag_desktop.worker.pixels import SharedPixels
from anitag_desktop.worker.process import ChildProcess
from anitag_desktop.worker.proof_book import PROOFS, ProofBook
from anitag_desktop.worker.runtime import usable_site
from anitag_desktop.worker.stages import READING, SLOTS, SharedStages, Stage
from anitag_desktop.worker.wakeup import WakeUp

_FAILED_STARTS = 3
_DEATHS_IN_A_ROW = 5
_MESSAGES_AT_ONCE = 64
_UNNOTICED = 0.5
_GLANCE = 0.25
"""Seconds after which the stages of silent jobs are looked at."""

_COMPILING = 10
"""So many times as long a start may take that compiles networks."""

_FULL = "SIGKILL"
"""How the system ends a process when memory is full: no time for a second one."""

_OF_NEIGHBOURS = frozenset({"out_of_memory", "model_failed"})


class Supervisor:
    """The state of one child and the steps that keep it at work."""

    def __init__(
        self,
        setup: control.Setup,
        options: WorkerOptions,
        ledger: Ledger,
        deliver: Callable[[Answer], None],
        accuse: Callable[[Job], None] | None = None,
    ) -> None:
        self.report = ProviderReport("")
        self.is_wanted = False
        self.is_paused = False
        self._stages = SharedStages()
        self._pixels = SharedPixels(setup.threads) if setup.role == control.VIEWER else None
        self._setup = replace(
            setup,
            stages=self._stages.handle,
            pixels=self._pixels.handle if self._pixels else None,
        )
        self._options = options
        self._ledger = ledger
        self._deliver = deliver
        self._accuse = accuse
        self._child: ChildProcess | None = None
        self._ready: control.Ready | None = None
        self._trial: Proof | None = None
        self._fatal: list[Proof] = []
        self._site: Path | None = None
        self._site_failure = ""
        self._book = ProofBook(options.proofs or runtimes_folder() / PROOFS)
        self._descent = Descent()
        self._begun: frozenset[Stage] = frozenset()
        self._slots: dict[int, int] = {}
        self._answers = 0
        self._failed_starts = 0
        self._deaths = 0
        self._unexplained = 0
        self._not_before = 0.0
        self._last_sign = time.monotonic()
        self._last_look = time.monotonic()

    def step(self, bell: WakeUp, *, accept_new: bool) -> None:
        """Do what is due, then wait for the next thing to happen."""
        self._keep_child(accept_new=accept_new)
        if accept_new:
            self._feed()
        self._listen(bell)
        self._end_late()

    def end(self) -> None:
        """End the child and answer what is left with ``worker_closed``."""
        self._drop_child()
        self._fail_all("worker_closed")
        self._stages.close()
        if self._pixels is not None:
            self._pixels.close()

    def _keep_child(self, *, accept_new: bool) -> None:
        """Start a child if there is work, end one that is worn out or idle."""
        now = time.monotonic()
        if self._child is None:
            wanted = self.is_wanted or (len(self._ledger) > 0 and not self.is_paused)
            if wanted and accept_new and now >= self._not_before:
                self._start(now)
            return
        if self._ready is None and now - self._last_sign > self._start_seconds():
            self._lose_child("it did not get ready in time")
        elif self._ready is not None and self._ledger.flying == 0:
            is_worn = self._answers >= self._options.recycle_after
            is_idle = not len(self._ledger) and now - self._last_sign > self._options.idle_seconds
            if is_worn or is_idle:
                self._drop_child()

    def _start_seconds(self) -> float:
        """Return how long a start may take without a sign: compiling a network takes minutes."""
        compiles = self._trial is not None and self._trial.subject.provider == TENSORRT
        return self._options.start_seconds * (_COMPILING if compiles else 1)

    def _start(self, now: float) -> None:
        self.is_wanted = False
        self._answers = 0
        self._last_sign = now
        try:
            self._stages.clear()
            shared = (self._setup.stages, self._setup.pixels)
            setup = replace(
                self._setup,
                largest_batch=self._descent.largest_batch,
                proofs=(*self._book.read(), *self._fatal) if self._setup.models else (),
            )
            self._site = self._find_site()
            self._child = ChildProcess(
                setup,
                self._options.program,
                inherits=[one.fd for one in shared if one is not None and one.fd >= 0],
                site=self._site,
            )
        except OSError as error:
            self._count_failed_start(error.strerror or str(error))

    def _find_site(self) -> Path | None:
        """Return where ONNX Runtime lies; of this environment, if the one installed cannot start.

        Who draws previews needs none, nor does who is to run on the CPU.
        """
        if not self._setup.models or self._setup.device == CPU or self._site_failure:
            return None
        return self._options.site or usable_site()

    def _feed(self) -> None:
        worn = self._answers >= self._options.recycle_after
        if self._child is None or self._ready is None or self.is_paused or worn:
            return
        for job in self._ledger.take(self._ready.capacity):
            self._child.send(self._draw(job) if isinstance(job, PreviewJob) else job)

    def _draw(self, job: PreviewJob) -> control.Draw:
        """Give a preview a slot that no other preview in flight has."""
        slot = next(n for n in itertools.count() if n not in self._slots.values())
        self._slots[job.job_id] = slot
        return control.Draw(job.job_id, job.path, job.max_side, slot)

    def _listen(self, bell: WakeUp) -> None:
        """Wait for a message, a call, or the next thing that is due."""
        started = time.monotonic()
        timeout = self._timeout(started)
        sources = (
            [bell.connection] if self._child is None else [bell.connection, self._child.connection]
        )
        ready = wait(sources, timeout)
        now = time.monotonic()
        self._forgive(started - self._last_look + max(0.0, now - started - timeout))
        self._last_look = now
        if bell.connection in ready:
            bell.hear()
        if self._child is not None and self._child.connection in ready:
            self._hear(self._child)

    def _timeout(self, now: float) -> float:
        due = [_GLANCE if self._ledger.flying else 1.0]
        if (deadline := self._ledger.next_deadline()) is not None:
            due.append(deadline - now)
        if self._child is None and len(self._ledger) and not self.is_paused:
            due.append(self._not_before - now)
        return max(0.01, min(due))

    def _forgive(self, unnoticed: float) -> None:
        """Give every job the time back in which nobody could have heard of its end."""
        if unnoticed > _UNNOTICED:
            self._ledger.postpone(unnoticed)

    def _hear(self, child: ChildProcess) -> None:
        try:
            for _ in range(_MESSAGES_AT_ONCE):
                self._take_in(child.receive())
                if self._child is not child or not child.connection.poll():
                    return
        except EOFError:
            self._lose_child()
        except ProtocolError as error:
            # Whoever made it say that may have made it lie about what it is at, too.
            self._ledger.begin_all(READING, time.monotonic())
            self._lose_child(f"it sent {error}")

    def _take_in(self, message: Any) -> None:
        self._last_sign = time.monotonic()
        match message:
            case control.Ready():
                self._get_ready(message)
            case control.Trying() | control.Shrunk() | control.DeviceFailed():
                self._take_in_device(message)
            case control.Unusable(code, params) if has_sentence(code, params):
                self._take_refusal(code, params)
            case control.Drawn():
                self._answer(self._previewed(message))
            case Failed(job_id, code) if code in _OF_NEIGHBOURS and self._ledger.suspect(job_id):
                pass  # other pictures may have taken the memory, so it is tried alone
            case _:
                self._answer(believe(message))

    def _take_in_device(
        self, message: control.Trying | control.Shrunk | control.DeviceFailed
    ) -> None:
        match message:
            case control.Trying(proof):
                self._trial = proof
            case control.Shrunk(largest, reason):
                self._descent.shrink(self._accelerator(), largest, reason)
                self._report()
            case control.DeviceFailed(reason):
                self._leave_device(reason)

    def _answer(self, answer: Answer) -> None:
        if self._ledger.settle(answer.job_id) is None:
            raise ProtocolError(f"an answer to job {answer.job_id}, which it does not have")
        self._slots.pop(answer.job_id, None)
        self._answers += 1
        self._deaths = 0
        self._descent.note_answer()
        self._deliver(answer)

    def _previewed(self, drawn: control.Drawn) -> Previewed:
        width, height = drawn.width, drawn.height
        slot = self._slots.pop(drawn.job_id, None)
        if self._pixels is None or slot is None or width < 1 or height < 1:
            raise ProtocolError("a preview that cannot be")
        try:
            pixels = self._pixels.get(slot, width * height * 4)
        except ValueError as error:
            raise ProtocolError(str(error)) from error
        return Previewed(drawn.job_id, width, height, pixels)

    def _get_ready(self, ready: control.Ready) -> None:
        if self._ready is not None or not 1 <= ready.capacity <= SLOTS:
            raise ProtocolError("a second or senseless Ready")
        self._ready = ready
        self._trial = None
        self._failed_starts = 0
        self._book.add(ready.proofs)
        self._report()

    def _report(self) -> None:
        """Tell what the models were measured on, and why it is not something faster."""
        ready = self._ready
        if ready is None:
            return
        names = tuple(dict.fromkeys(ready.providers))
        reason = self._descent.words or ready.reason or self._site_failure
        self.report = ProviderReport(
            " + ".join(names), bool(names), reason, ready.sandbox, ready.providers
        )

    def _accelerator(self) -> str:
        """Return what the child runs on beside the CPU, empty if nothing."""
        found = [] if self._ready is None else [n for n in self._ready.providers if n != "CPU"]
        return found[0] if found else ""

    def _leave_device(self, reason: str) -> None:
        """Replace a child whose accelerator has failed; none of its jobs is to blame."""
        name = self._accelerator()
        if not name:
            raise ProtocolError("a failure of a device that it does not have")
        self._descent.fail(name, reason or self._drop_child())
        self._drop_child()
        self._ledger.take_back()

    def _look_at_stages(self) -> None:
        """Note what the child has begun; a deadline counts from when that is seen."""
        seen = frozenset() if self._ready is None else self._stages.seen(self._ready.capacity)
        for begun in seen - self._begun:
            self._ledger.begin(begun.job_id, begun.stage, time.monotonic())
        self._begun = seen

    def _end_late(self) -> None:
        self._look_at_stages()
        late = self._ledger.late(time.monotonic())
        if late and self._child is not None and not self._child.connection.poll():
            self._lose_child("", late)

    def _lose_child(self, reason: str = "", late: frozenset[int] = frozenset()) -> None:
        """Bury a child that has died or is not wanted any more, and judge its jobs."""
        self._look_at_stages()
        if self._accelerator() and self._ledger.all_were_running(late):
            self._leave_device("it hangs" if late else reason)
            return
        was_ready, trial, device = self._ready is not None, self._trial, self._accelerator()
        ending = self._drop_child()
        reason = reason or ending
        if trial is not None and not was_ready:
            self._note_fatal(trial, reason)
            return
        failures = self._ledger.lose_child(reason, late)
        if not was_ready:
            self._count_failed_start(reason)
        if device and not late:
            self._suspect(device, reason, is_explained=bool(failures))
        has_moved = not device and ending != _FULL and self._hand_over()
        self._deaths = 0 if failures or has_moved else self._deaths + 1
        self._not_before = time.monotonic() + min(5.0, 0.05 * 2**self._deaths)
        for failure in failures:
            self._deliver(failure)
        if self._deaths >= _DEATHS_IN_A_ROW:
            self._deaths = 0
            self._fail_all("worker_died", {"reason": reason})

    def _hand_over(self) -> bool:
        """Let somebody else try the suspects; False if there are none, or nobody."""
        if self._accuse is None:
            return False
        suspects = self._ledger.hand_over()
        for job in suspects:
            self._accuse(job)
        return bool(suspects)

    def _suspect(self, device: str, reason: str, *, is_explained: bool) -> None:
        """Blame a device with which processes end again and again, and no picture is found guilty.

        The first time it may have been a picture that was being decoded.
        """
        self._unexplained = 0 if is_explained else self._unexplained + 1
        if self._unexplained > 1:
            self._descent.fail(device, reason)

    def _note_fatal(self, trial: Proof, reason: str) -> None:
        """Remember that trying an accelerator ended the process, which the next one will not do."""
        proof = replace(trial, reason=f"trying it ended the process ({reason})")
        self._fatal.append(proof)
        self._book.add([proof])

    def _take_refusal(self, code: str, params: dict[str, str | int | float]) -> None:
        """Try what this environment has before a model is given up: it may be a newer runtime."""
        if self._site is None:
            self._give_up(code, params)
            return
        self._note_site_failure(MESSAGES[code].format(**params))
        self._drop_child()

    def _note_site_failure(self, reason: str) -> None:
        self._site_failure = f"what was installed for the graphics cannot run it: {reason}"

    def _count_failed_start(self, reason: str) -> None:
        if self._site is not None:
            self._note_site_failure(reason)
            return
        self._failed_starts += 1
        if self._failed_starts >= _FAILED_STARTS:
            self._give_up("worker_died", {"reason": reason})

    def _give_up(self, code: str, params: dict[str, str | int | float]) -> None:
        """Answer everything with the reason why there is no child; new jobs try again."""
        self._drop_child()
        self._failed_starts = 0
        self._not_before = time.monotonic() + 1.0
        self.report = ProviderReport("", reason=MESSAGES[code].format(**params))
        self._fail_all(code, params)

    def _fail_all(self, code: str, params: dict[str, str | int | float] | None = None) -> None:
        for job_id in self._ledger.clear():
            self._deliver(Failed(job_id, code, dict(params or {})))

    def _drop_child(self) -> str:
        self._slots.clear()
        child, self._child, self._ready, self._trial = self._child, None, None, None
        return "" if child is None else child.end()
