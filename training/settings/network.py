"""The section [network]: backbone, head, and what they start from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """A timm backbone (or ``shallow``, ``residual``), its head, and the picture size it ends with.

    ``head`` is ``embedding`` (a normalised embedding of that width, which the app can search
    with), ``colours`` (one half of it knows which colours are where; backbone ``residual``),
    ``linear``, ``ifa``, ``concat_pool``, ``leaky``, ``leaky_legacy`` or ``ml_decoder``.
    ``ifa_layers`` says which blocks IFA looks at (``all``, ``last:4``, ``3,7,11``), ``ifa_tokens``
    which tokens of them (``cls``, ``avgpool``), ``ifa_aggregate`` how they are weighed (``scalar``,
    ``softmax``, ``per_feature``). ``depth``, ``width`` and ``heads`` make a transformer smaller
    (0: as it is), ``width`` also a residual network; ``block_dropout`` drops within a transformer's
    blocks. ``colour_words`` colours are counted over a grid of ``colour_grid`` x ``colour_grid`` (a
    divisor of 32) and ``colour_maps`` maps of attention. ``pretrained`` takes the backbone's
    published weights; ``checkpoint`` names weights of a run or a file, of which ``load`` takes
    everything (``strict``), all but the head (``transfer``) or one of the seven partial modes.
    ``mean_std`` is ``checkpoint`` (those that the backbone was trained with), ``half`` or
    ``imagenet``; ``resize`` likewise ``checkpoint``, ``squish``, ``crop`` or ``pad``; ``crop`` is
    the share that a crop keeps (0: the checkpoint's).
    ``lora_rank`` over 0 trains, of the backbone, only low-rank parts of the attention (without one,
    of the convolutions), weighed by ``lora_alpha`` / ``lora_rank``; and neck and head.
    """

    backbone: str = "mobilenetv4_conv_small"
    embedding: int = 256
    size: int = 192
    dropout: float = 0.1
    block_dropout: float = 0.0
    drop_path: float = 0.0
    head: str = "embedding"
    ifa_layers: str = "all"
    ifa_tokens: str = "cls"
    ifa_aggregate: str = "scalar"
    depth: int = 0
    width: int = 0
    heads: int = 0
    pretrained: bool = False
    checkpoint: str = ""
    load: str = "strict"
    mean_std: str = "half"
    resize: str = "pad"
    crop: float = 0.0
    colour_words: int = 64
    colour_grid: int = 4
    colour_maps: int = 6
    lora_rank: int = 0
    lora_alpha: float = 16.0
