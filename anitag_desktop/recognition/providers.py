"""Choosing what a model runs on: the first accelerator that proves itself, else the CPU.

An accelerator is believed only after it has run: it has to say what the CPU says, and to be faster
(``self_test``). What was shown is remembered for exactly this model, runtime and driver, and what
runs is asked of the session, never assumed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.domain.device import CPU as ONLY_CPU
from anitag_desktop.recognition import self_test
from anitag_desktop.recognition.accelerator import (
    CPU,
    CUDA,
    PREFERENCE,
    TENSORRT,
    installed,
    provider_of,
    runtime_version,
    short,
    why_not,
)
from anitag_desktop.recognition.device_failure import UNFIT, DeviceError, Diagnosis
from anitag_desktop.recognition.engines import Engines, EngineStore
from anitag_desktop.recognition.graphics import graphics_cards, machine_words
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.proof import Proof, Subject, find_proof
from anitag_desktop.recognition.recognizer import Recognizer
from anitag_desktop.recognition.session import OnnxRecognizer, open_on

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

__all__ = ["Chosen", "Means", "noise", "open_model", "short"]


def _ignore(proof: Proof) -> None:
    del proof


@dataclass(frozen=True, slots=True)
class Means:
    """With what a model may run.

    ``available`` are the providers to consider, the installed accelerators by default; ``cores``
    how many pictures the CPU runs at once; ``known`` what was shown before. ``tell`` hears what
    is about to be tried, as it would read if the process ended by it. ``device`` is the one that
    the user wants (see ``domain.device``): it may be slower than the CPU, never say other things.
    ``engines`` is where TensorRT keeps what it compiles, None for nowhere.
    """

    available: Sequence[str] | None = None
    cores: int = 1
    known: Sequence[Proof] = ()
    tell: Callable[[Proof], None] = _ignore
    device: str = AUTOMATIC
    engines: EngineStore | None = None

    @property
    def wanted(self) -> str:
        """The provider that is wanted, empty for the best one."""
        return "" if self.device == AUTOMATIC else provider_of(self.device)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A loaded model, the provider that really ran, and why it is not a faster one.

    ``proofs`` were made by this very choice, to be remembered.
    """

    recognizer: Recognizer
    provider: str
    reason: str
    proofs: tuple[Proof, ...] = ()


def open_model(package: ModelPackage, means: Means | None = None) -> Chosen:
    """Load a package on the best provider that works, and run it once.

    Raises:
        AnitagError: ``model_refused`` or ``model_failed``: it does not work on the CPU either.
    """
    means = means or Means()
    if package.manifest.backend == "torch":
        return _open_checkpoint(package, means)
    choice = _Choice(package, means, lambda: open_on(package, [CPU]))
    candidates = _candidates(package, means)
    choice.reason = "" if candidates else _why_none(package, means)
    for name in candidates:
        subject = subject_of(package, name, runtime_version())
        start = partial(_start, package, name)
        if name == TENSORRT and means.engines is not None:
            start = partial(_start_compiled, package, means.engines.of(package, subject))
        recognizer = choice.try_on(subject, start)
        if recognizer is not None:
            return Chosen(recognizer, name, choice.note, tuple(choice.made))
    return _on_cpu(package, choice)


class _Choice:
    """One model on its way from accelerator to accelerator, or from precision to precision."""

    def __init__(self, package: ModelPackage, means: Means, cpu: Callable[[], Recognizer]) -> None:
        self.reason = ""
        """Why the one that was preferred is not used."""
        self.note = ""
        """What is to be said of the one that is used."""
        self.made: list[Proof] = []
        self._package = package
        self._means = means
        self._open_cpu = cpu
        self._cpu: Recognizer | None = None
        self._reference: self_test.Reference | None = None

    def cpu(self) -> Recognizer:
        """Return the model on the CPU."""
        if self._cpu is None:
            self._cpu = self._open_cpu()
        return self._cpu

    def try_on(self, subject: Subject, start: Callable[[], Recognizer]) -> Recognizer | None:
        """Return the model as it is started if that proves itself, or has before."""
        proof = find_proof(self._means.known, subject)
        recognizer = None
        if proof is None or self._may_use(proof):
            self._means.tell(Proof(subject, "", day=_today()))
            try:
                recognizer = start()
                recognizer.recognise(noise(self._package, 1))
                proof = proof or self._prove(recognizer, subject)
            except DeviceError as error:
                # Not remembered: what is missing may come, a full memory may be free next time.
                proof = Proof(subject, error.diagnosis.words)
        if self._may_use(proof):
            if proof.reason:
                self.note = f"{short(subject.provider)} was chosen, though {proof.reason}"
            return recognizer
        self.reason = self.reason or f"{short(subject.provider)} is not used: {proof.reason}"
        return None

    def _may_use(self, proof: Proof) -> bool:
        """Tell whether it is right, and faster than the CPU unless the user wants it anyway."""
        is_only_slow = proof.speed > 0 and self._means.wanted == proof.subject.provider
        return not proof.reason or is_only_slow

    def _prove(self, recognizer: Recognizer, subject: Subject) -> Proof:
        """Compare with the CPU, on pictures and in speed; remember the outcome."""
        pixels = self_test.probes(self._package)
        if self._reference is None:
            self._reference = self_test.refer(self.cpu(), pixels, self._means.cores)
        found = self_test.compare(recognizer, pixels, self._reference)
        proof = Proof(subject, found.reason, round(found.gap, 6), found.speed, _today())
        self.made.append(proof)
        return proof


def _start_compiled(package: ModelPackage, engines: Engines) -> OnnxRecognizer:
    """Load a model on TensorRT with what it compiled before; compile anew if that is damaged.

    Raises:
        DeviceError: it does not start.
    """
    try:
        return _start(package, TENSORRT, engines.options())
    except DeviceError:
        if not engines.forget():
            raise
    return _start(package, TENSORRT, engines.options())


def _start(
    package: ModelPackage, name: str, more: Mapping[str, str] | None = None
) -> OnnxRecognizer:
    """Load a model on an accelerator.

    Raises:
        DeviceError: it does not start, or the session took the CPU without a word.
    """
    recognizer = open_on(package, [name, CPU], more)
    if recognizer.provider != name:
        raise DeviceError(Diagnosis(UNFIT, why_not(name)))
    return recognizer


def subject_of(package: ModelPackage, provider: str, runtime: str) -> Subject:
    """Return what a proof of a model on a provider holds for."""
    key = package.key
    weights = (package.manifest.weights.sha256 or "")[:12]
    machine = machine_words(graphics_cards())
    return Subject(provider, f"{key.model_id}@{key.revision}:{weights}", runtime, machine)


def _open_checkpoint(package: ModelPackage, means: Means) -> Chosen:
    """Load a checkpoint: on a GPU in the first precision that says the same as the CPU in full."""
    from anitag_desktop.recognition import torch_session

    choice = _Choice(package, means, partial(torch_session.open_checkpoint, package))
    may_use = means.available != () and means.wanted in ("", CUDA)
    has_cuda = may_use and torch_session.has_cuda()
    choice.reason = "" if has_cuda else _why_none(package, means)
    for precision in torch_session.PRECISIONS if has_cuda else ():
        subject = subject_of(package, CUDA, f"{torch_session.torch_version()} {precision}")
        start = partial(torch_session.open_checkpoint, package, "cuda", precision)
        recognizer = choice.try_on(subject, start)
        if recognizer is not None:
            return Chosen(recognizer, CUDA, choice.note, tuple(choice.made))
    return _on_cpu(package, choice)


def _on_cpu(package: ModelPackage, choice: _Choice) -> Chosen:
    """Run it once on the CPU, which is what there always is."""
    cpu = choice.cpu()
    cpu.recognise(noise(package, 1))
    return Chosen(cpu, CPU, choice.reason, tuple(choice.made))


def noise(package: ModelPackage, count: int) -> "Floats":
    """Return a batch of ``count`` times the same random picture in the model's layout."""
    return self_test.noise(package)[None].repeat(count, axis=0)


def _candidates(package: ModelPackage, means: Means) -> list[str]:
    if means.device == ONLY_CPU:
        return []
    names = installed() if means.available is None else means.available
    denied = package.manifest.denied_providers
    wanted = [means.wanted] if means.wanted else PREFERENCE
    return [name for name in wanted if name in names and name not in denied]


def _why_none(package: ModelPackage, means: Means) -> str:
    """Return why nothing but the CPU can be tried, if the user said anything of it."""
    if means.device == ONLY_CPU:
        return "the CPU was chosen in the settings"
    if not means.wanted or means.available == ():
        return ""
    name = short(means.wanted)
    if means.wanted in package.manifest.denied_providers:
        return f"{name} is not used: the model is known not to run on it"
    if package.manifest.backend == "torch" and means.wanted != CUDA:
        return f"{name} is not used: checkpoints run on CUDA or on the CPU"
    return f"{name} is not used: it was chosen in the settings and is not installed"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
