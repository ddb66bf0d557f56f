"""Models of the fake library: one that is here, and a catalogue of two."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from anitag_desktop.domain.agreement import Agreement
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.proof import Proof, Subject
from anitag_desktop.recognition.runtime_catalogue import Runtime, Wheel
from anitag_desktop.services.accelerating import Graphics
from anitag_desktop.services.approximating import Approximation
from anitag_desktop.services.forgetting import ForgetPreview, Forgotten, Memory
from anitag_desktop.services.modelling import ModelView
from anitag_desktop.worker.runtime import InstalledRuntime

if TYPE_CHECKING:
    from tests.gui.fakes import FakeLibrary

OWN = ModelView(
    id="anitag/small",
    revision="1",
    title="anitag small",
    kind="tagger",
    family="custom",
    licence="MIT",
    bytes=6_400_000,
    labels=420,
    metrics=({"name": "macro F1", "value": 0.71, "set": "held-out drawings of our own"},),
    active=True,
    bundled=True,
    provider="CPU",
)


def offered(name: str, **facts: object) -> SimpleNamespace:
    """Return a model of the catalogue."""
    metric = SimpleNamespace(name="macro F1", value=0.44, set="the author's pictures, at 0.26")
    known = {
        "id": f"somebody/{name.lower().replace(' ', '-')}",
        "title": name,
        "summary": "It tags.",
        "kind": "tagger",
        "family": "wd",
        "repository": "Somebody/Model",
        "is_gated": False,
        "licence": "Apache-2.0",
        "terms": "",
        "cutoff": "2024-02-28",
        "seen": "2026-11-21",
        "labels": 10_861,
        "megabytes": 378.8,
        "metrics": (metric,),
        "page": "https://huggingface.co/Somebody/Model",
    }
    return SimpleNamespace(**{**known, **facts})


class FakeModels:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library
        self.views = [OWN]
        self.findings = ("ok: hashes: fine", "ok: run: fine")
        library.models = self

    def installed(self) -> list[ModelView]:
        return list(self.views)

    def use(self, model_id: str, *others: str) -> ModelView:
        used = (model_id, *others)
        kinds = {view.kind for view in self.views if view.id in used}
        self.views = [
            replace(view, active=view.id in used) if view.kind in kinds else view
            for view in self.views
        ]
        return next(view for view in self.views if view.id == model_id)

    def stop(self, model_id: str) -> None:
        self.views = [
            replace(view, active=view.active and view.id != model_id) for view in self.views
        ]

    def verify(self, _model_id: str) -> SimpleNamespace:
        ok = all(finding.startswith("ok") for finding in self.findings)
        return SimpleNamespace(ok=ok, findings=self.findings, provider="CPU")

    def remove(self, model_id: str) -> None:
        self.views = [view for view in self.views if view.id != model_id]

    def add(self, path: Path) -> ModelView:
        if not path.is_dir():
            raise AnitagError("not_a_model", path=str(path), reason="it is not a folder")
        added = replace(OWN, id=f"local/{path.name}", title=path.name, active=False, bundled=False)
        self.views.append(added)
        return added


class FakeCatalogue:
    """``pace`` is how long one of ten parts of a download takes, in seconds."""

    def __init__(self, library: FakeLibrary) -> None:
        self._library = library
        self.models = [offered("WD Test"), offered("GPL Test", terms="Be kind.", licence="GPL-3.0")]
        self.accepted: set[str] = set()
        self.begun: set[str] = set()
        self.pace = 0.0
        self.error: AnitagError | None = None
        library.catalogue = self

    def available(self) -> list[SimpleNamespace]:
        here = {view.id for view in self._library.models.views}
        return [
            SimpleNamespace(
                model=model,
                is_installed=model.id in here,
                is_accepted=not model.terms or model.id in self.accepted,
                is_pinned=True,
                was_run=False,
                bytes_here=9 if model.id in self.begun else 0,
            )
            for model in self.models
        ]

    def install(
        self,
        model_id: str,
        *,
        accept_licence: bool,
        on_progress: Callable[[int, int], None],
        is_given_up: Callable[[], bool],
    ) -> SimpleNamespace:
        model = next(one for one in self.models if one.id == model_id)
        for part in range(1, 11):
            on_progress(part * 1_000_000, 10_000_000)
            time.sleep(self.pace)
            if is_given_up():
                self.begun.add(model_id)
                raise AnitagError("download_stopped")
        if self.error is not None:
            raise self.error
        if accept_licence:
            self.accepted.add(model_id)
        view = replace(OWN, id=model_id, title=model.title, active=False, bundled=False)
        self._library.models.views.append(view)
        return SimpleNamespace(view=view, is_as_listed=True)

    def discard(self, model_id: str) -> bool:
        self.begun.discard(model_id)
        return True


class FakeApproximating:
    def __init__(self, library: FakeLibrary) -> None:
        self._library = library

    def approximate(
        self,
        model_id: str,
        on_progress: Callable[[int, int], None],
        is_given_up: Callable[[], bool],
    ) -> Approximation:
        for done in range(0, 64, 8):
            if is_given_up():
                raise AnitagError("fast_stopped")
            on_progress(done + 8, 64)
        models = self._library.models
        exact = next(view for view in models.views if view.id == model_id)
        copy = replace(
            exact,
            id=f"{model_id}-int8",
            title=f"{exact.title} (fast)",
            active=False,
            bundled=False,
            made_from=model_id,
        )
        models.views.append(copy)
        return Approximation(copy, Agreement(64, 973, 15, 12, 0.004, 0.02), 2.0, 4.6)


class FakeForgetting:
    """Remembers what ``library.memories`` names: by id and revision how many pictures."""

    def __init__(self, library: FakeLibrary) -> None:
        self._library = library
        self.kept: dict[tuple[str, str], int] = {}
        self.pace = 0.0
        library.memories = self

    def memories(self) -> list[Memory]:
        here = {view.id: view for view in self._library.models.views}
        return [
            Memory(id_, revision, id_ in here, id_ in here and here[id_].active)
            for id_, revision in self.kept
        ]

    def preview(self, model_id: str, revision: str) -> ForgetPreview:
        models = tuple(
            one for one in self.memories() if (one.id, one.revision) == (model_id, revision)
        )
        count = self.kept[model_id, revision]
        return ForgetPreview(models, count, count // 2, count * 7, 0, is_estimate=count > 2_000)

    def forget(
        self,
        model_id: str,
        revision: str,
        on_progress: Callable[[int, int], None],
        is_given_up: Callable[[], bool],
    ) -> Forgotten:
        total = self.kept[model_id, revision]
        for done in range(1, total + 1):
            on_progress(done, total)
            time.sleep(self.pace)
            if is_given_up():
                self.kept[model_id, revision] = total - done
                return Forgotten(done, is_complete=False)
        del self.kept[model_id, revision]
        return Forgotten(total, is_complete=True)


class FakeAcceleration:
    """A card that can be used; ``reason`` is why it is not, once it is set up."""

    def __init__(self, library: FakeLibrary) -> None:
        self.seen = Graphics((), None, None, "no graphics card was found")
        self.reason = ""
        self.shown: tuple[Proof, ...] = ()
        library.graphics = self

    def plug_in(self) -> None:
        """Have a card."""
        wheel = Wheel("onnxruntime-gpu", "1.31.1", "any", 1_500_000_000, "0" * 64)
        offer = Runtime("cuda", "ONNX Runtime", "CUDA", ("nvidia",), "", "", "", (wheel,))
        self.seen = Graphics(("NVIDIA GeForce RTX 3060, driver 580.65",), offer, None, "")

    def look(self) -> Graphics:
        return self.seen

    def proofs(self) -> tuple[Proof, ...]:
        return self.shown

    def set_up(
        self, on_progress: Callable[[int, int], None], is_given_up: Callable[[], bool]
    ) -> InstalledRuntime:
        for part in (1, 2, 3):
            on_progress(part * 1_000_000_000, 3_000_000_000)
        found = InstalledRuntime(
            *("cuda", "ONNX Runtime", "CUDA", "onnxruntime-gpu 1.31.1, nvidia-cublas 13", "3.11"),
            *("cuda-00000000", "2026-11-21", self.reason),
        )
        self.seen = replace(self.seen, offer=None, installed=found)
        subject = Subject("CUDAExecutionProvider", "anitag/small@1:0", "", "")
        self.shown = (Proof(subject, self.reason, 0.0009, 38.2, "2026-11-21"),)
        return found

    def test(self) -> InstalledRuntime:
        return self.set_up(lambda _done, _total: None, lambda: False)

    def remove(self) -> bool:
        self.plug_in()
        self.shown = ()
        return True
