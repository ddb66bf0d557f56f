"""What models can be told to run on here, and what they are told to."""

from anitag_desktop.domain.device import AUTOMATIC, CPU
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.recognition.packaged import packaged
from anitag_desktop.storage import settings
from anitag_desktop.storage.openings import expect
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.runtime import read_runtime


def devices_here() -> tuple[str, ...]:
    """Return the devices that can be chosen: the accelerators are those whose package is there."""
    runtime = read_runtime()
    if runtime is None or runtime.reason:
        return (AUTOMATIC, CPU, *packaged())
    found = (runtime.provider.lower(), *packaged(runtime.site))
    return (AUTOMATIC, CPU, *dict.fromkeys(found))


def device_of(paths: LibraryPaths) -> str:
    """Return what a library's models are set to run on, the default if it cannot be read."""
    try:
        expect(paths)
        with Store.open(paths, writable=False) as store, store.library.read() as conn:
            return settings.load(conn).device
    except AnitagError:
        return AUTOMATIC


def expect_here(device: str) -> None:
    """Refuse a device that cannot be chosen here.

    Raises:
        AnitagError: ``bad_value``, with what can be.
    """
    here = devices_here()
    if device.lower() not in here:
        reason = f"Models cannot run on {device} here. They can be set to run on {', '.join(here)}"
        raise AnitagError("bad_value", reason=reason)
