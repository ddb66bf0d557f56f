"""The section [datasets]: which pictures, and how they are divided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One set of labelled pictures.

    ``path`` is a folder or a manifest and may name environment variables (``$DATA/drawn``).
    ``complete`` says what a tag means that a picture does not have: ``all``: it is absent;
    ``own``: absent if the set uses the tag anywhere, otherwise unknown; ``none``: unknown.
    ``characters`` says the same for characters. ``repeat`` is how often a picture comes up in one
    epoch. ``grouped_by`` names the manifest columns whose values keep pictures together when the
    set is split; ``held_out`` names groups that only ever measure. ``split`` says how the others
    are divided: by the ``hash`` of the group, the same within each class (``stratified``), by the
    manifest's own ``column`` split, or not at all (``train``, ``test``). ``join_look_alikes`` joins
    the groups of near-duplicates (resized, recompressed or mirrored copies) first. ``layout`` says
    how the set lies on the disk: see ``training.datasets.layouts``. Pictures with another rating
    than ``ratings`` are left out; those without one are not. With ``listed_only`` animesion's lists
    are enough, and no picture is looked for: what the classes are called, for inference.
    """

    name: str
    path: str
    complete: str = "all"
    characters: str = "all"
    repeat: int = 1
    held_out: tuple[str, ...] = ()
    grouped_by: tuple[str, ...] = ("group",)
    split: str = "hash"
    join_look_alikes: bool = False
    layout: str = "manifest"
    ratings: tuple[str, ...] = ("general", "sensitive")
    listed_only: bool = False


@dataclass(frozen=True, slots=True)
class DatasetConfig:
    """Which pictures, which tags, and how they are split.

    ``min_count`` is the least number of training pictures that a tag needs; ``min_groups`` the
    least number of groups. Fractions of groups go to ``validation`` (calibrates) and ``test``;
    ``fraction`` keeps that share of the training pictures. ``store`` says where pixels come from:
    ``cache`` (squares, decoded once), ``resized`` (JPEG copies as large as the network needs, made
    once) or ``files`` (decoded each time, whole); ``cache`` is the folder of the first two. Where
    most of the validation pictures are test pictures too, a run is refused unless ``allow_shared``.
    ``vocabulary`` names a vocabulary.json whose labels are learnt in place of counted ones.
    """

    sources: tuple[SourceConfig, ...]
    cache: str = "runs/cache"
    min_count: int = 20
    min_character_count: int = 5
    excluded: tuple[str, ...] = ()
    validation: float = 0.05
    test: float = 0.05
    fraction: float = 1.0
    store: str = "cache"
    allow_shared: bool = False
    vocabulary: str = ""
