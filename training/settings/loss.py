"""The sections [loss], [exclusion] and [identity]."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LossConfig:
    """What is made small.

    Tagging: ``bce``, ``asl`` (focusing powers and probability shift), ``focal``, ``hill``,
    ``splc`` or ``mse``; recognition and multimodal always take the cross entropy. ``reduction``
    divides by the number of ``known`` labels or of ``pictures``. ``pos_weight_power`` p weights a
    tag's positives by (negatives / positives)^p, at most ``pos_weight_cap``; 0 switches it off.
    ``class_weights`` is ``none``, ``inverse``, ``sqrt`` or ``effective`` with its ``beta``.
    ``families`` is the share of the loss of families: of hair colours, and of eye colours, a
    picture has one, so they compete (0: off).
    ``smoothing`` spreads that share of each target over all classes (of a tag: over both answers).
    """

    name: str = "bce"
    gamma_positive: float = 0.0
    gamma_negative: float = 2.0
    clip: float = 0.05
    pos_weight_power: float = 0.0
    pos_weight_cap: float = 10.0
    reduction: str = "known"
    class_weights: str = "none"
    beta: float = 0.999
    smoothing: float = 0.0
    families: float = 0.0
    margin: float = 1.0
    relabel_over: float = 0.6
    relabel_from: float = 1.0


@dataclass(frozen=True, slots=True)
class ExclusionConfig:
    """The layer-wise exclusion loss, which rewards blocks that differ (0 weight: off).

    ``cap`` bounds what one picture may add, because the divergence itself has no bound.
    """

    weight: float = 0.0
    temperature: float = 1.0
    distance: int = 2
    cap: float = 0.0


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """The second task, which shapes the embedding: to tell persons apart, named or not.

    ``weight`` is its share in the loss (0 = off). Logits are cosines times ``scale``, with
    ``margin`` taken from the right one. Who is on fewer than ``least`` training pictures is
    nobody's example. In the sets ``alone`` each training picture of nobody is to be known again in
    every view of it (exemplar learning: Dosovitskiy et al. 2014, "Discriminative unsupervised
    feature learning with convolutional neural networks"): self-supervision beside the labels.
    """

    weight: float = 0.0
    scale: float = 16.0
    margin: float = 0.1
    least: int = 4
    alone: tuple[str, ...] = ()
