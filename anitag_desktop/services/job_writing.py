"""Writing a training job: a folder with everything that `python -m training retrain` needs.

The dataset, the model that it begins from, and what is wanted. A job that goes to another machine
takes the pictures along.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.retraining import TrainingPlan
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.choosing import Choice, ChosenPicture
from anitag_desktop.services.dataset_writing import OnCopied, write_dataset
from anitag_desktop.services.model_copying import copy_package
from anitag_desktop.storage import aliases, models, training_pictures
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point
from anitag_desktop.storage.files_on_disk import make_private_folder
from anitag_desktop.storage.whole_files import write_private

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store

JOB = "job.json"
VERSION = 1

README = """# A training job of anitag

It trains a new model out of the corrections of a library, on this machine or another one:

    git clone <anitag> && cd anitag && make training-env
    .venv-training/bin/python -m training retrain PATH/{folder}

PATH is the folder that this one lies in. `dataset/` holds the pictures by reference or as copies
(its README says what the lines mean), `base/` the model that it begins from, `job.json` what is
wanted. The command may be stopped and started again; it writes the new model to `result/`. Back in
anitag, the same gate as for any model decides:

    anitag retrain --import-result PATH/{folder}
"""


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What is wanted: ``mode`` is ``full``, ``lora`` or ``adapt``.

    ``steps`` 0 leaves the length open. ``id`` and ``title`` are those of the new model.
    """

    mode: str
    id: str
    title: str
    steps: int = 0
    seed: int = 1


def order_of(plan: TrainingPlan, base: ModelPackage, which: str) -> JobOrder:
    """Return what is wanted; ``which`` tells the new model from others of the same base."""
    name = base.key.model_id.rpartition("/")[2].rpartition("-retrained-")[0]
    name = name or base.key.model_id.rpartition("/")[2]
    title = base.manifest.title.partition(" (retrained")[0]
    model_id, title = f"personal/{name}-retrained-{which}", f"{title} (retrained {which})"
    return JobOrder(plan.mode, model_id, title, plan.steps)


def write_job(
    store: "Store",
    folder: Path,
    order: JobOrder,
    base: ModelPackage,
    choice: Choice,
    *,
    on_copied: OnCopied | None = None,
) -> int:
    """Write a job into a folder that is made for it; return how many pictures it has.

    ``on_copied`` takes the pictures along. ``job.json`` is written last: without it there is none.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
        GivenUpError: nobody waits for it any more, see ``interruptions``.
    """
    with failures_of(folder):
        make_private_folder(folder)
        shutil.rmtree(folder / "base", ignore_errors=True)
        copy_package(base, folder / "base")
    with store.library.read() as conn:
        keys = models.active(conn)
        names = _label_names(aliases.tags_of(conn, [label.name for label in base.labels]))

    def answers(hashes: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
        with store.library.read() as conn:
            return training_pictures.answers(conn, hashes, keys)

    pictures = [_renamed(one, names) for one in choice.pictures]
    categories = {names.get(name, name): kind for name, kind in choice.categories.items()}
    written = write_dataset(folder / "dataset", pictures, answers, categories, on_copied=on_copied)
    write_private(folder / "README.md", README.format(folder=folder.name))
    fault_point("retraining.writing")
    write_order(folder, order)
    return written


def write_order(folder: Path, order: JobOrder) -> None:
    """Write what is wanted: from then on a folder is a job.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    document = {"version": VERSION, **asdict(order)}
    write_private(folder / JOB, json.dumps(document, indent=1) + "\n")


def _label_names(present: Mapping[str, str]) -> dict[str, str]:
    """Return by what tags are called now how the model calls them, where that differs."""
    return {name: label for label, name in present.items()}


def _renamed(one: ChosenPicture, names: Mapping[str, str]) -> ChosenPicture:
    said = {names.get(name, name): has for name, has in one.said.items()}
    imported = {names.get(name, name): has for name, has in one.imported.items()}
    return replace(one, said=said, imported=imported)
