"""The process that writes one network in whole numbers: it has met a foreign file, and ends."""

import os
import signal
import sys
import tempfile
from pathlib import Path

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.worker import codec, sandbox
from anitag_desktop.worker.pipe import open_pipe
from anitag_desktop.worker.quantising import NotQuantised, Quantise, Quantised


def main() -> None:
    """Serve the one order. The first argument is the pipe's number."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    sandbox.die_with_parent()
    connection = open_pipe(int(sys.argv[1]))
    order = codec.decode(connection.recv_bytes(codec.FRAME_LIMIT), codec.by_name(Quantise))
    target = Path(os.fsdecode(order.target))
    tempfile.tempdir = str(target.parent)
    sandbox.confine(target.parent, keeps_network=False)
    connection.send_bytes(codec.encode(_answer(order, target)))


def _answer(order: Quantise, target: Path) -> Quantised | NotQuantised:
    from anitag_desktop.recognition.quantising import quantise

    try:
        return Quantised(quantise(Path(os.fsdecode(order.source)), target, order.output))
    except MemoryError:
        return NotQuantised("there is not enough memory")
    except ManifestError as error:
        return NotQuantised(str(error))
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        return NotQuantised(" ".join(f"{error}".split())[:300] or type(error).__name__)


if __name__ == "__main__":
    main()
