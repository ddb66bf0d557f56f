"""Doing the jobs, inside a worker process: one read and one decode for each."""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import decoding, facts, reading
from anitag_desktop.recognition.device_failure import DeviceError
from anitag_desktop.recognition.geometry import PIXELS_LEFT, reducible
from anitag_desktop.recognition.manifest import Manifest
from anitag_desktop.worker import control, messages, stages
from anitag_desktop.worker.budget import PixelBudget
from anitag_desktop.worker.looking import LoadedModel, Looker
from anitag_desktop.worker.pixels import PREVIEW_SIDE, SharedPixels

if TYPE_CHECKING:
    from PIL.Image import Image

BUDGET = 96_000_000
"""Pixels that are decoded at once; each takes up to 12 bytes for a moment."""

_LEFT_FOR_BOXES = 2.0
"""A box needs fewer pixels than tags do: its sides are told to a pixel of the input at best."""

_JPEG_END = b"\xff\xd9"

ChildJob = messages.IdentifyJob | messages.RecogniseJob | messages.VerifyJob | control.Draw

Begin = Callable[[str], None]
"""Told of each stage of a job that begins."""


class Workbench:
    """What the threads of a worker process share to do their jobs."""

    def __init__(
        self,
        models: Sequence[LoadedModel],
        thumbnails: Path,
        pixels: SharedPixels | None,
    ) -> None:
        self._models = models
        self._looker = Looker(models)
        self._thumbnails = thumbnails
        self._pixels = pixels
        self._budget = PixelBudget(BUDGET)
        self._manifests = [model.recognizer.package.manifest for model in models]

    def do(self, job: ChildJob, begin: Begin) -> messages.Answer | control.Drawn:
        """Do one job; whatever goes wrong becomes its answer.

        Raises:
            DeviceError: the accelerator failed, of which the job knows nothing.
        """
        try:
            return self._answer(job, begin)
        except AnitagError as error:
            params = {k: v for k, v in error.params.items() if isinstance(v, str | int | float)}
            return messages.Failed(job.job_id, error.code, params)
        except DeviceError:
            raise
        except MemoryError:
            return messages.Failed(job.job_id, "out_of_memory")
        except Exception as error:  # noqa: BLE001 (an answer is owed for every job)
            return messages.Failed(job.job_id, "crashed_worker", {"reason": f"{error!r:.200}"})

    def _answer(self, job: ChildJob, begin: Begin) -> messages.Answer | control.Drawn:
        match job:
            case messages.IdentifyJob():
                return self._identify(job, begin)
            case messages.RecogniseJob():
                return self._recognise(job, begin)
            case control.Draw():
                return self._draw(job, begin)
            case messages.VerifyJob():
                return self._verify(job, begin)

    def _identify(self, job: messages.IdentifyJob, begin: Begin) -> messages.Identified:
        begin(stages.READING)
        file = reading.read_file(job.path)
        return messages.Identified(job.job_id, file.sha256(), file.md5(), file.stat)

    def _recognise(self, job: messages.RecogniseJob, begin: Begin) -> messages.Recognised:
        begin(stages.READING)
        file = reading.read_file(job.path)
        begin(stages.DECODING)
        picture = decoding.decode(file.content, limit=self._limit, admit=self._budget.admit)
        thumbnail = facts.thumbnail_of(picture)
        known = facts.facts_of(file, picture, thumbnail)
        written = keep_thumbnail(self._thumbnails, known.sha256, thumbnail)
        sight = self._looker.look(job, picture, lambda: begin(stages.RUNNING))
        return messages.Recognised(job.job_id, known, file.stat, sight.models, written, *sight[1:])

    def _limit(self, size: tuple[int, int]) -> int:
        """Return by how many times a picture may be reduced for every model."""
        return min((_reducible(size, manifest) for manifest in self._manifests), default=max(size))

    def _draw(self, job: control.Draw, begin: Begin) -> control.Drawn:
        if self._pixels is None:
            raise AnitagError("worker_died", reason="this process makes no previews")
        side = min(job.max_side, PREVIEW_SIDE)
        limit = decoding.by_side(side)
        begin(stages.READING)
        content = reading.read_file(job.path).content
        begin(stages.DECODING)
        image = decoding.decode(
            content, limit=limit, admit=self._budget.admit, is_hashed=False
        ).image
        image.thumbnail((side, side), reducing_gap=2.0)
        self._pixels.put(job.slot, image.convert("RGBA").tobytes())
        return control.Drawn(job.job_id, image.width, image.height)

    def _verify(self, job: messages.VerifyJob, begin: Begin) -> messages.Verified:
        from anitag_desktop.recognition.verification import verify

        begin(stages.RUNNING)
        checks = [check for model in self._models for check in verify(model.recognizer)]
        findings = tuple(messages.Finding(c.name, c.ok, c.detail) for c in checks)
        return messages.Verified(job.job_id, findings)


def _reducible(size: tuple[int, int], manifest: Manifest) -> int:
    left = _LEFT_FOR_BOXES if manifest.kind == "detector" else PIXELS_LEFT
    return reducible(size, manifest.preprocess, left)


def keep_thumbnail(folder: Path, sha256: str, thumbnail: "Image") -> bool:
    """Write a thumbnail if it is not there, so that no reader ever sees half of it.

    Tell whether it is there: a full disk costs the thumbnail only, which can be made again.
    """
    target = folder / sha256[:2] / f"{sha256}.jpg"
    part = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        if _is_whole(target):
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            facts.write_jpeg(thumbnail, file)
        part.replace(target)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def _is_whole(jpeg: Path) -> bool:
    """Tell whether a file is there and ends as a JPEG does: the power may fail before it is."""
    try:
        with jpeg.open("rb", buffering=0) as file:
            file.seek(-len(_JPEG_END), os.SEEK_END)
            return file.read() == _JPEG_END
    except OSError:
        return False
