"""Trying a loaded model on pictures whose outcome is known, to catch what no signature shows."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.geometry import limit_for
from anitag_desktop.recognition.manifest import Golden
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import model_input, preprocess
from anitag_desktop.recognition.providers import noise
from anitag_desktop.recognition.reading import read_file
from anitag_desktop.recognition.recognizer import Reading, Recognizer

if TYPE_CHECKING:
    from PIL.Image import Image

    from anitag_desktop.recognition.recognizer import Floats

GOLDEN_TOLERANCE = 0.01
DENSITY_LIMIT = 500
_NO_SCORES = "it gives no scores of labels"
_DOUBLE_SIGMOID = (0.4999, 0.7312)
"""A sigmoid of a probability lies between these."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, whether it passed, and what was seen."""

    name: str
    ok: bool
    detail: str


def verify(recognizer: Recognizer) -> list[Check]:
    """Run every check that the package allows for; its hashes were checked when it was loaded."""
    checks = [Check("files", True, "sizes, hashes, labels and network agree with the manifest")]
    try:
        grey, noisy = _read(recognizer, _grey(recognizer)), _on_noise(recognizer)
        checks += [_range_check(grey, noisy), _answer_check(grey, noisy)]
        checks.append(_density_check(recognizer, grey))
        checks += [_golden_check(recognizer, g) for g in recognizer.package.manifest.golden]
    except AnitagError as error:
        checks.append(Check("run", False, str(error)))
    return checks


def _grey(recognizer: Recognizer) -> "Image":
    from PIL import Image

    return Image.new("RGB", recognizer.package.manifest.input.size, (128, 128, 128))


def _on_noise(recognizer: Recognizer) -> Reading:
    return recognizer.recognise(noise(recognizer.package, 1))[0]


def _read(recognizer: Recognizer, image: "Image") -> Reading:
    pixels = preprocess(image, recognizer.package.manifest.preprocess)
    return recognizer.recognise(pixels[None])[0]


def _range_check(*readings: Reading) -> Check:
    """Probabilities were checked by the run; what is left is a sigmoid that was applied twice."""
    found = [r.scores for r in readings if r.scores is not None]
    if not found:
        return Check("scores", True, _NO_SCORES)
    lowest, highest = min(float(s.min()) for s in found), max(float(s.max()) for s in found)
    seen = f"scores from {lowest:.4f} to {highest:.4f}"
    twice = _DOUBLE_SIGMOID[0] <= lowest and highest <= _DOUBLE_SIGMOID[1]
    if twice:
        return Check("scores", False, f"{seen}: a sigmoid seems to be applied twice")
    return Check("scores", True, seen)


def _answer_check(grey: Reading, noisy: Reading) -> Check:
    if grey.boxes is not None and noisy.boxes is not None:
        seen = f"{len(grey.boxes)} boxes in plain grey, {len(noisy.boxes)} in noise"
        return Check("answer", True, seen)
    pairs = ((grey.scores, noisy.scores), (grey.embedding, noisy.embedding))
    gap = max(float(abs(a - b).max()) for a, b in pairs if a is not None and b is not None)
    return Check("answer", gap > 1e-6, f"grey and noise differ by up to {gap:.4f}")


def _density_check(recognizer: Recognizer, grey: Reading) -> Check:
    package = recognizer.package
    if grey.scores is None:
        return Check("density", True, _NO_SCORES)
    if not package.is_tagger:
        return _classes_check(package, grey.scores)
    sure = sum(
        float(score) >= package.thresholds.of(label.name, label.category)
        for label, score in zip(package.labels, grey.scores, strict=True)
        if label.category is not TagCategory.RATING
    )
    return Check("density", sure <= DENSITY_LIMIT, f"{sure} tags over threshold on plain grey")


def _classes_check(package: ModelPackage, scores: "Floats") -> Check:
    """Of classes one is right, so their probabilities make 1; a missing softmax shows in that."""
    total = float(scores.sum())
    return Check(
        "classes", abs(total - 1) < 1e-2, f"{len(package.labels)} classes make {total:.3f}"
    )


def _golden_check(recognizer: Recognizer, golden: Golden) -> Check:
    package = recognizer.package
    content = read_file(os.fsencode(package.folder / golden.path)).content
    steps = package.manifest.preprocess
    pixels = model_input(decode(content, limit=limit_for(steps)), steps)
    scores = recognizer.recognise(pixels[None])[0].scores
    places = {label.name: i for i, label in enumerate(package.labels)}
    unknown = [name for name in golden.scores if name not in places]
    if scores is None or unknown:
        return Check(golden.path, False, f"the package has no label {unknown[:1]}")
    gaps = {name: abs(float(scores[places[name]]) - s) for name, s in golden.scores.items()}
    worst = max(gaps, key=lambda name: gaps[name], default="")
    detail = f"scores agree within {gaps.get(worst, 0.0):.4f}"
    if worst and gaps[worst] > GOLDEN_TOLERANCE:
        return Check(golden.path, False, f'the score of "{worst}" is off by {gaps[worst]:.4f}')
    return Check(golden.path, True, detail)
