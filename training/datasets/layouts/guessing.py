"""Which layout a set is in, where nobody says so: told by the files that only one layout has."""

from pathlib import Path

from training.datasets.layouts.class_folders import CLEANED
from training.datasets.layouts.class_lists import CLASSES
from training.datasets.layouts.danbooru2020 import METADATA
from training.datasets.layouts.moeimouto import DOWNLOADED
from training.datasets.manifest import has_captions, has_manifest


def guess_layout(path: Path) -> str:
    """Return the name of a layout; ``folders`` where nothing speaks for another.

    iCartoonFace as animesion keeps it looks like moeImouto, and is read the same.
    """
    signs = {
        "manifest": path.is_file() or has_manifest(path),
        "moeImouto": (path / CLASSES).is_file(),
        "danbooruFaces": (path / "labels" / CLASSES).is_file() and (path / "faces").is_dir(),
        "danbooruFull": (path / "labels" / CLASSES).is_file(),
        "cartoonFace": (path / DOWNLOADED).is_dir(),
        "danbooru2020": (path / METADATA).is_dir(),
        "folders": (path / CLEANED).is_file(),
    }
    found = next((name for name, is_there in signs.items() if is_there), None)
    return found or ("manifest" if has_captions(path) else "folders")
