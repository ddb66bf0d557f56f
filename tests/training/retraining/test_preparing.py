"""A job that is prepared once more goes on as it was begun."""

import io
import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_jobs import write_toy_job
from training.progress import Progress
from training.retraining.job import Job
from training.retraining.preparing import prepare

pytestmark = pytest.mark.training


def corrected():
    """Every third disc is called ``box``; the rest was looked at, too."""
    for seed in range(500, 530):
        yield {"seed": seed} | ({"absent": ["box"]} if seed % 3 else {"tags": ["box"]})


def test_a_job_that_lost_pictures_goes_on_with_the_labels_that_it_began_with(base, tmp_path):
    folder = tmp_path / "job"
    write_toy_job(folder, base, corrected(), {"box": "general"})
    job, quiet = Job.read(folder), Progress(as_json=True, stream=io.StringIO())
    assert prepare(job, quiet).new_labels == 1
    start, run_folder = job.work / "start", job.work / "run"
    run_folder.mkdir()
    (run_folder / "vocabulary.json").write_text((start / "vocabulary.json").read_text())
    before = (start / "weights.safetensors").read_bytes()
    manifest = folder / "dataset" / "manifest.jsonl"
    lines = manifest.read_text().splitlines()
    manifest.write_text(
        "".join(line + "\n" for line in lines if "box" not in json.loads(line)["tags"])
    )
    assert prepare(job, quiet).new_labels == 1
    assert (start / "weights.safetensors").read_bytes() == before
