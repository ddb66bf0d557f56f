"""The settings of a job's trainings: head first, then everything, beside what the old one says."""

from typing import Any

from anitag_desktop.domain.retraining import steps_for
from training.config import Config, config_from
from training.retraining.job import Job
from training.retraining.preparing import Prepared, plain_network

BATCH = 32
HEAD_SHARE = 0.3
"""Of the steps: the head alone, so that nothing below is torn by what it does not know yet
(Kumar et al. 2022, arXiv 2202.10054)."""

HEAD_RATE, RATE = 5e-3, 5e-4

LORA_RANK, LORA_RATE = 16, 2e-3
"""Of the low-rank parts: they begin at nothing, so they may go faster than the weights."""

REPLAY = 3.0
"""What the old model says counts so much beside what people say: it was distilled into the start,
so this only holds where that begins to drift."""

_GENTLE = {
    "crop": 0.4,
    "min_area": 0.7,
    "brightness": 0.1,
    "contrast": 0.1,
    "saturation": 0.1,
    "jpeg": 0.1,
}


def steps_of(job: Job, prepared: Prepared) -> int:
    """Return how many steps a job takes."""
    return job.steps or steps_for(prepared.taught + prepared.replayed)


def tuning(job: Job, prepared: Prepared) -> Config:
    """Return the settings of the fine-tuning."""
    steps = steps_of(job, prepared)
    head = max(1, round(HEAD_SHARE * steps))
    values = _common(job, prepared, steps)
    start = job.work / "start" / "weights.safetensors"
    values["network"] |= {"checkpoint": str(start), "load": "strict"}
    values["distillation"] = {
        "teacher": str(job.work / "old"),
        "weight": REPLAY,
        "unknown_only": True,
    }
    frozen = ["backbone", "neck"]
    rate = RATE
    if job.mode == "lora":
        values["network"] |= {"lora_rank": LORA_RANK, "lora_alpha": float(LORA_RANK)}
        rate = LORA_RATE
    values["phases"] = [
        {"name": "head", "steps": head, "freeze": frozen, "optimiser": _optimiser(HEAD_RATE, head)},
        {
            "name": "all",
            "steps": max(1, steps - head),
            "optimiser": _optimiser(rate, steps - head),
        },
    ]
    return config_from(values, str(job.folder))


def _common(job: Job, prepared: Prepared, steps: int) -> dict[str, Any]:
    source = {
        "name": "library",
        "path": str(job.work / "manifest.jsonl"),
        "complete": "none",
        "characters": "none",
        "split": "column",
    }
    return {
        "run": {
            "name": job.id,
            "seed": job.seed,
            "steps": steps,
            "batch": min(BATCH, prepared.taught + prepared.replayed),
            "threads": 2,
            "checkpoint_every": max(5, min(50, steps // 10)),
            "log_every": max(1, min(10, steps // 30)),
        },
        "network": plain_network(prepared.network),
        "augmentation": _GENTLE,
        "datasets": {
            "sources": [source],
            "cache": str(job.work / "cache"),
            "vocabulary": str(job.work / "start" / "vocabulary.json"),
            "allow_shared": True,
        },
        "model": {"id": job.id, "title": job.title, "licence": "custom"},
    }


def _optimiser(rate: float, steps: int) -> dict[str, Any]:
    return {
        "rate": rate,
        "warm_up": max(1, min(50, steps // 10)),
        "decay": 0.7,
        "average": 0.99 if steps >= 300 else 0.95,
    }
