"""Likening: which pictures are most like one that the library has, or any other picture file."""

import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage import settings
from anitag_desktop.storage.lookups import PictureLookup
from anitag_desktop.storage.store import Store

if TYPE_CHECKING:
    from anitag_desktop.storage.likeness_index import LikenessIndex

Alike = tuple[int, float]
"""An image id and how alike it is: the cosine of both vectors, -1 to 1."""

_PATIENCE = 120.0
"""Seconds in which a worker must have started and looked at one picture."""

_REMEMBERED = 8

_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


def is_hash(reference: str) -> bool:
    """Tell whether a text is an md5 or a sha256."""
    return _HASH.fullmatch(reference.lower()) is not None


class Likening:
    """Compares pictures by the vectors of a model; every method may be called from any thread."""

    def __init__(self, store: Store, modelling: Models) -> None:
        self._store = store
        self._modelling = modelling
        self._made: LikenessIndex | None = None
        self._seen: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    def nearest(
        self, reference: str | int, allowed: Sequence[int] | None, limit: int
    ) -> list[Alike]:
        """Return the pictures that are most like ``reference``, the most alike first.

        ``reference`` is an image id, an md5, a sha256 or the path of a picture; one that the
        library does not have is looked at, and not added. The picture itself is found, too, if it
        is among ``allowed`` (None: every picture).

        Raises:
            AnitagError: ``no_vectors``, ``no_vector_of``, ``unknown_picture``, ``no_such_file``, or
                why the file could not be looked at.
        """
        index = self._index()
        model = index.model()
        if model is None:
            raise AnitagError("no_vectors")
        vector = self._vector(index, model, reference)
        return index.nearest(vector, allowed, limit)

    def _index(self) -> "LikenessIndex":
        if self._made is None:
            from anitag_desktop.storage.likeness_index import LikenessIndex

            self._made = LikenessIndex(self._store)
        return self._made

    def _vector(self, index: "LikenessIndex", model: ModelKey, reference: str | int) -> bytes:
        if isinstance(reference, str) and not is_hash(reference):
            path = os.path.abspath(os.path.expanduser(reference))  # noqa: PTH100, PTH111 - as cli
            known = self._known(path)
            found = index.vector_of(known[0]) if known else None
            return found or self._look(model, Path(path))
        known = [reference] if isinstance(reference, int) else self._known(reference.lower())
        if not known:
            raise AnitagError("unknown_picture", path=reference)
        found = index.vector_of(known[0])
        if found is None:
            raise AnitagError("no_vector_of", picture=reference)
        return found

    def _known(self, reference: str) -> list[int]:
        """Return the images that a hash or an absolute path stands for."""
        with self._store.library.read() as conn:
            lookup = PictureLookup(conn)
            if not is_hash(reference):
                return lookup.by_path(reference)
            return lookup.by_sha256(reference) or lookup.by_md5(reference)

    def _look(self, model: ModelKey, path: Path) -> bytes:
        """Return the vector of a file, which is remembered as long as the file does not change."""
        try:
            stat = path.stat()
        except (OSError, ValueError) as error:
            raise AnitagError("no_such_file", path=path) from error
        key = (model, path, stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if key not in self._seen:
            self._seen[key] = self._ask_model(model, path)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return self._seen[key]

    def _ask_model(self, model: ModelKey, path: Path) -> bytes:
        """Let a worker process look at a file: one decode, nothing is kept."""
        from anitag_desktop.worker.client import RECOGNISER, WorkerClient, WorkerOptions
        from anitag_desktop.worker.messages import Answer, RecogniseJob

        folders = [one.folder for one in self._modelling.active() if one.key == model]
        if not folders:
            raise AnitagError("no_vectors")
        answers: SimpleQueue[Answer] = SimpleQueue()
        with tempfile.TemporaryDirectory(prefix="anitag-") as thumbnails:
            client = WorkerClient(
                RECOGNISER,
                folders,
                Path(thumbnails),
                answers.put,
                threads=1,
                options=WorkerOptions(device=self._device()),
            )
            client.start()
            try:
                client.submit(RecogniseJob(client.new_job_id(), os.fsencode(path)), urgent=True)
                return _vector_in(answers.get(timeout=_PATIENCE), model, path)
            except Empty as error:
                raise AnitagError("no_vector_of", picture=path) from error
            finally:
                client.close(timeout=0)

    def _device(self) -> str:
        with self._store.library.read() as conn:
            return settings.load(conn).device


def _vector_in(answer: object, model: ModelKey, path: Path) -> bytes:
    from anitag_desktop.worker.messages import Failed, Recognised

    if isinstance(answer, Failed):
        raise AnitagError(answer.code, **{"path": path, **answer.params})
    said = answer.models if isinstance(answer, Recognised) else ()
    vector = next((one.embedding for one in said if one.key == model), None)
    if vector is None:
        raise AnitagError("no_vector_of", picture=path)
    return vector
