"""Where things lie: the library's files, the models, and what ships with the program."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """The files of one library, all under one folder."""

    root: Path

    @property
    def library_db(self) -> Path:
        """What cannot be made again."""
        return self.root / "library.db"

    @property
    def index_db(self) -> Path:
        """What can be made again; may be deleted at any time."""
        return self.root / "index.db"

    @property
    def journal(self) -> Path:
        """The folder of the plain-text copy of every correction."""
        return self.root / "journal"

    @property
    def backups(self) -> Path:
        """The folder of verified backups."""
        return self.root / "backups"

    @property
    def models(self) -> Path:
        """The folder of models that the user added."""
        return self.root / "models"

    @property
    def heads(self) -> Path:
        """The folder of what corrections taught; it is learnt again where it is missing."""
        return self.root / "heads"

    @property
    def training(self) -> Path:
        """The folder of retrainings: which picture is for what, and a folder for each of them."""
        return self.root / "training"

    @property
    def cache(self) -> Path:
        """The folder of what can be made again besides index.db."""
        return self.root / "cache"

    @property
    def thumbnails(self) -> Path:
        """The folder of thumbnails; may be deleted at any time."""
        return self.cache / "thumbnails"

    @property
    def likeness(self) -> Path:
        """The folder of small vectors to compare; may be deleted at any time."""
        return self.cache / "likeness"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes."""
        return self.root / "library.lock"

    def thumbnail(self, sha256: str) -> Path:
        """Return where the thumbnail (JPEG, at most 384 px) of an image lies once it was made."""
        return self.thumbnails / sha256[:2] / f"{sha256}.jpg"


def default_library() -> Path:
    """Return the library folder of this user on this platform."""
    from platformdirs import user_data_path

    return user_data_path("anitag", appauthor=False)


def runtimes_folder() -> Path:
    """Return the folder of what runs models on this machine, whatever the library.

    ``ANITAG_RUNTIMES`` names it; else it lies beside the default library.
    """
    named = os.environ.get("ANITAG_RUNTIMES")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("anitag-runtimes", appauthor=False)


def resources() -> Path:
    """Return the folder that ships with the program: beside the package, or inside the wheel."""
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def bundled_models() -> Path:
    """Return the folder of the models that ship with the program."""
    return resources() / "models"


def training_python() -> Path:
    """Return the Python that trains.

    ``ANITAG_TRAINING_PYTHON`` names it; else it is that of ``training_environment``; else this one.
    """
    named = os.environ.get("ANITAG_TRAINING_PYTHON")
    if named:
        return Path(named)
    python = python_of(training_environment())
    return python if python.is_file() else Path(sys.executable)


def training_environment() -> Path:
    """Return the folder of the environment that trains, which need not be there.

    ``ANITAG_TRAINING`` names it; else it is ``.venv-training`` of a checkout, or lies beside the
    default library.
    """
    named = os.environ.get("ANITAG_TRAINING")
    if named:
        return Path(named)
    if project_file().is_file():
        return project_file().with_name(".venv-training")
    from platformdirs import user_data_path

    return user_data_path("anitag-training", appauthor=False)


def project_file() -> Path:
    """Return where a checkout of the project says what it needs."""
    return Path(__file__).resolve().parent.parent / "pyproject.toml"


def python_of(environment: Path) -> Path:
    """Return the Python of an environment."""
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def training_search_path() -> Path | None:
    """Return the folder that another Python must search to find the training package.

    None where the packages of this environment lie in it too: that would mix two environments.
    """
    folder = Path(__file__).resolve().parent.parent
    is_installed = folder.name in ("site-packages", "dist-packages")
    return None if is_installed or not (folder / "training").is_dir() else folder
