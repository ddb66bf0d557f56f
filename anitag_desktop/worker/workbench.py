"""Doing the jobs, inside a worker process: one read and one decode for each."""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import decoding, facts, reading
from anitag_desktop.recognition.device_failure import DeviceError
from anitag_desktop.recognition.geometry import PIXELS_LEFT, reducible
from anitag_desktop.recognition.manifest import Manifest
from anitag_desktop.worker import control, messages
from anitag_desktop.worker.budget import PixelBudget
from anitag_desktop.worker.looking import LoadedModel, Looker
from anitag_desktop.worker.pixels import PREVIEW_SIDE, SharedPixels

BUDGET = 96_000_000
"""Pixels that are decoded at once; each takes up to 12 bytes for a moment."""

_LEFT_FOR_BOXES = 2.0
"""A box needs fewer pixels than tags do: its sides are told to a pixel of the input at best."""


ChildJob = messages.IdentifyJob | messages.RecogniseJob | messages.VerifyJob | control.Draw
Notify = Callable[[control.Stage], None]


class Workbench:
    """What the threads of a worker process share to do their jobs."""

    def __init__(
        self,
        models: Sequence[LoadedModel],
        thumbnails: Path,
        pixels: SharedPixels | None,
        notify: Notify,
    ) -> None:
        self._models = models
        self._looker = Looker(models)
        self._thumbnails = thumbnails
        self._pixels = pixels
        self._notify = notify
        self._budget = PixelBudget(BUDGET)
        self._manifests = [model.recognizer.package.manifest for model in models]

    def do(self, job: ChildJob) -> messages.Answer | control.Drawn:
        """Do one job; whatever goes wrong becomes its answer.

        Raises:
            DeviceError: the accelerator failed, of which the job knows nothing.
        """
        try:
            return self._answer(job)
        except AnitagError as error:
            params = {k: v for k, v in error.params.items() if isinstance(v, str | int | float)}
            return messages.Failed(job.job_id, error.code, params)
        except DeviceError:
            raise
        except MemoryError:
            return messages.Failed(job.job_id, "out_of_memory")
        except Exception as error:  # noqa: BLE001 (an answer is owed for every job)
            return messages.Failed(job.job_id, "crashed_worker", {"reason": f"{error!r:.200}"})

    def _answer(self, job: ChildJob) -> messages.Answer | control.Drawn:
        match job:
            case messages.IdentifyJob():
                return self._identify(job)
            case messages.RecogniseJob():
                return self._recognise(job)
            case control.Draw():
                return self._draw(job)
            case messages.VerifyJob():
                return self._verify(job)

    def _identify(self, job: messages.IdentifyJob) -> messages.Identified:
        file = self._read(job)
        return messages.Identified(job.job_id, file.sha256(), file.md5(), file.stat)

    def _recognise(self, job: messages.RecogniseJob) -> messages.Recognised:
        file = self._read(job)
        self._notify(control.Stage(job.job_id, control.DECODING))
        picture = decoding.decode(file.content, limit=self._limit, admit=self._budget.admit)
        thumbnail = facts.thumbnail_of(picture)
        known = facts.facts_of(file, picture, thumbnail)
        written = write_thumbnail(self._thumbnails, known.sha256, facts.as_jpeg(thumbnail))
        running = control.Stage(job.job_id, control.RUNNING)
        sight = self._looker.look(job, picture, lambda: self._notify(running))
        return messages.Recognised(job.job_id, known, file.stat, sight.models, written, *sight[1:])

    def _limit(self, size: tuple[int, int]) -> int:
        """Return by how many times a picture may be reduced for every model."""
        return min((_reducible(size, manifest) for manifest in self._manifests), default=max(size))

    def _draw(self, job: control.Draw) -> control.Drawn:
        if self._pixels is None:
            raise AnitagError("worker_died", reason="this process makes no previews")
        side = min(job.max_side, PREVIEW_SIDE)
        limit = decoding.by_side(side)
        file = self._read(job)
        self._notify(control.Stage(job.job_id, control.DECODING))
        image = decoding.decode(
            file.content, limit=limit, admit=self._budget.admit, is_hashed=False
        ).image
        image.thumbnail((side, side), reducing_gap=2.0)
        self._pixels.put(job.slot, image.convert("RGBA").tobytes())
        return control.Drawn(job.job_id, image.width, image.height)

    def _verify(self, job: messages.VerifyJob) -> messages.Verified:
        from anitag_desktop.recognition.verification import verify

        self._notify(control.Stage(job.job_id, control.RUNNING))
        checks = [check for model in self._models for check in verify(model.recognizer)]
        findings = tuple(messages.Finding(c.name, c.ok, c.detail) for c in checks)
        return messages.Verified(job.job_id, findings)

    def _read(
        self, job: messages.IdentifyJob | messages.RecogniseJob | control.Draw
    ) -> reading.FileBytes:
        self._notify(control.Stage(job.job_id, control.READING))
        return reading.read_file(job.path)


def _reducible(size: tuple[int, int], manifest: Manifest) -> int:
    left = _LEFT_FOR_BOXES if manifest.kind == "detector" else PIXELS_LEFT
    return reducible(size, manifest.preprocess, left)


def write_thumbnail(folder: Path, sha256: str, content: bytes) -> bool:
    """Write a thumbnail so that no reader ever sees half of it; tell whether it is there.

    A full disk costs the thumbnail only: it can be made again.
    """
    target = folder / sha256[:2] / f"{sha256}.jpg"
    part = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(target)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True
