"""A worker process that cannot work, and gives a reason that no sentence can be made of."""

import sys
from multiprocessing.connection import Connection

from anitag_desktop.worker import codec, control


def main() -> None:
    """Say it, and wait to be ended."""
    connection = Connection(int(sys.argv[1]))
    connection.recv_bytes()
    connection.send_bytes(codec.encode(control.Unusable("model_failed", {})))
    connection.recv_bytes()


if __name__ == "__main__":
    main()
