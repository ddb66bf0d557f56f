"""A worker process that joins pictures into batches, as for an accelerator, on the CPU."""

from anitag_desktop.worker import child, loading


def main() -> None:
    """Be a worker process that takes its processor for an accelerator."""
    loading.CPU = "what no model runs on"
    child.main()


if __name__ == "__main__":
    main()
