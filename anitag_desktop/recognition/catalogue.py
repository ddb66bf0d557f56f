"""The catalogue of models that can be downloaded: what is known of each before it is here.

It stands in ``resources/models/catalogue.toml``. A file whose sha256 is not known to us says so by
having none; it is then checked by what the hub states of it and by its structure. Standard library
only, for the window lists it.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.manifest import KINDS, Metric
from anitag_desktop.recognition.model_files import check_name

CATALOGUE_NAME = "catalogue.toml"
_SCHEMA = 1
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file of a model: ``source`` is its path in the repository, ``path`` that in the package.

    ``bytes`` and ``sha256`` are None where they are not known to us. One that ``may_lack`` is left
    out where the repository has none.
    """

    path: str
    source: str
    bytes: int | None
    sha256: str | None
    may_lack: bool


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that can be downloaded.

    ``revision`` is the whole commit, the first digits of it, or empty where we do not know it.
    ``labels`` is their count and ``cutoff`` the day of its newest training picture, 0 and empty
    where they are not known. ``megabytes`` is about the size of everything. ``terms`` say what has
    to be accepted before it is downloaded, empty if nothing has. ``balance`` is the threshold
    where precision equals recall.
    """

    id: str
    title: str
    summary: str
    kind: str
    family: str
    repository: str
    revision: str
    is_gated: bool
    licence: str
    terms: str
    cutoff: str
    labels: int
    megabytes: float
    balance: float | None
    metrics: tuple[Metric, ...]
    files: tuple[CatalogueFile, ...]
    seen: str

    @property
    def is_pinned(self) -> bool:
        """Whether the commit and the sha256 of every file are known to us."""
        has_hashes = all(file.sha256 and file.bytes for file in self.files)
        return has_hashes and _COMMIT.fullmatch(self.revision) is not None

    @property
    def page(self) -> str:
        """Where the model is described."""
        return f"https://huggingface.co/{self.repository}"


def read_catalogue(path: Path) -> tuple[CatalogueModel, ...]:
    """Return the models of the catalogue in a file.

    Raises:
        ManifestError: what stands there is wrong.
        OSError: it cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ManifestError(f"{path.name} is not TOML ({error})") from error
    top = Fields(content, path.name)
    if top.integer("schema") != _SCHEMA:
        raise ManifestError(f"{path.name} is of another version")
    seen = top.text("seen")
    models = tuple(_model(found, seen) for found in top.objects("model"))
    ids = [model.id for model in models]
    if len(set(ids)) != len(ids):
        raise ManifestError(f"{path.name} names a model twice")
    return models


def _model(fields: Fields, seen: str) -> CatalogueModel:
    return CatalogueModel(
        id=fields.text("id"),
        title=fields.text("title"),
        summary=fields.text("summary"),
        kind=fields.choice("kind", tuple(KINDS), "tagger"),
        family=fields.text("family"),
        repository=_repository(fields),
        revision=_revision(fields),
        is_gated=fields.flag("gated"),
        licence=fields.text("licence"),
        terms=fields.text("terms", ""),
        cutoff=fields.text("cutoff", ""),
        labels=fields.integer("labels", 0),
        megabytes=fields.number("megabytes"),
        balance=fields.fraction("balance") if "balance" in fields.raw else None,
        metrics=tuple(
            Metric(m.text("name"), m.number("value"), m.text("set"))
            for m in fields.objects("metrics", optional=True)
        ),
        files=_files(fields.objects("files")),
        seen=seen,
    )


def _repository(fields: Fields) -> str:
    text = fields.text("repository")
    if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", text, re.ASCII):
        raise ManifestError(f'"{text}" is not the name of a repository')
    return text


def _revision(fields: Fields) -> str:
    text = fields.text("revision", "")
    if not re.fullmatch(r"[0-9a-f]{0,40}", text):
        raise ManifestError(f'"{text}" is not the number of a commit')
    return text


def _files(found: Sequence[Fields]) -> tuple[CatalogueFile, ...]:
    files = tuple(_file(fields) for fields in found)
    if not files:
        raise ManifestError("a model of the catalogue has no files")
    return files


def _file(fields: Fields) -> CatalogueFile:
    path = fields.text("path")
    source = fields.text("source", path)
    check_name(path)
    check_name(source)
    sha256 = fields.text("sha256", "") or None
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ManifestError(f'the sha256 of "{path}" is not 64 hex digits')
    size = fields.integer("bytes", 0) or None
    return CatalogueFile(path, source, size, sha256, fields.flag("may_lack"))
