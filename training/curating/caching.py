"""Fills the cache that a config's trainings read, before any of them starts."""

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.datasets.collection import cache_of
from training.datasets.layouts import read_set
from training.progress import Progress


def fill_cache(config: Config, progress: Progress) -> dict[str, object]:
    """Make what a config wants to have in its cache; return where it is and how much.

    A run that was killed goes on where it was, and a training that starts meanwhile waits.

    Raises:
        AnitagError: ``bad_config`` when it wants nothing kept, ``bad_manifest`` for pictures
            that cannot be read (after all others were made), ``disk_full``, ``cannot_write``.
    """
    cache = cache_of(config)
    if cache is None:
        reason = "datasets.store is files, which keeps nothing; set it to resized or cache"
        raise AnitagError("bad_config", path=config.run.name, reason=reason)
    sets = [read_set(source) for source in config.datasets.sources]
    paths = [picture.path for found in sets for picture in found.pictures]
    made = {cache.path(sha256) for sha256 in cache.fill(paths, progress)}
    return {
        "folder": str(cache.place),
        "pictures": len(paths),
        "files": len(made),
        "megabytes": round(sum(path.stat().st_size for path in made) / 1e6, 1),
    }
