"""Trying a model in a worker process of its own: it may be slow, crash, or want all memory."""

from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.worker.client import RECOGNISER, WorkerClient, WorkerOptions
from anitag_desktop.worker.messages import Answer, Failed, Finding, Verified, VerifyJob

_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What the checks found, and the provider that the model ran on (empty if it never ran).

    ``reason`` says why it did not run on something faster.
    """

    findings: tuple[Finding, ...]
    provider: str
    reason: str = ""


def try_model(
    folder: Path, thumbnails: Path, site: Path | None = None, device: str = AUTOMATIC
) -> Trial:
    """Load the package in ``folder`` in a fresh process and run its checks.

    ``site`` is where ONNX Runtime lies, by default where it always does.
    """
    answers: SimpleQueue[Answer] = SimpleQueue()
    options = WorkerOptions(site=site, device=device)
    client = WorkerClient(RECOGNISER, [folder], thumbnails, answers.put, options=options)
    client.start()
    try:
        client.submit(VerifyJob(client.new_job_id()))
        answer = answers.get(timeout=_PATIENCE)
        report = client.provider()
        return Trial(_findings(answer), report.name, report.reason if report.measured else "")
    except Empty:
        return Trial((Finding("run", False, "it gave no answer in time"),), "")
    finally:
        client.close(timeout=0)


def _findings(answer: Answer) -> tuple[Finding, ...]:
    match answer:
        case Verified(findings=findings):
            return findings
        case Failed(code=code, params=params):
            return (Finding("load", False, str(AnitagError(code, **params))),)
    return (Finding("run", False, "it gave an answer to something else"),)
