"""Setting up the graphics from a package index that keeps its word, and from one that does not."""

import io
import os
import platform
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading import packages
from anitag_desktop.recognition.graphics import AMD, NVIDIA, GraphicsCard
from anitag_desktop.services import accelerating
from anitag_desktop.services.accelerating import Acceleration
from anitag_desktop.services.configuring import Configuration
from anitag_desktop.services.graphics_finding import read_answer
from anitag_desktop.services.modelling import Models
from anitag_desktop.worker.messages import Recognised
from anitag_desktop.worker.proof_book import PROOFS, ProofBook
from anitag_desktop.worker.runtime import (
    InstalledRuntime,
    read_runtime,
    usable_site,
    write_runtime,
)
from tests.helpers import fake_index, images, models
from tests.helpers.fake_index import FakeIndex
from tests.helpers.workers import worker

pytestmark = pytest.mark.integration

CARD = GraphicsCard(NVIDIA, "NVIDIA GeForce RTX 3060", "580.65")


class SetUp:
    """A machine with a card, an index, and a folder for runtimes."""

    def __init__(self, folder: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "runtimes"
        self.index = index
        self.changes = 0
        self.on_change: Callable[[], None] = lambda: None
        self.model = models.write_package(folder / "model")
        self._folder, self._monkeypatch = folder, monkeypatch
        monkeypatch.setenv("ANITAG_RUNTIMES", str(self.root))
        for name in [name for name in os.environ if name.startswith("PIP_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        self.wheel = index.add("onnxruntime-gpu", {"onnxruntime/__init__.py": fake_index.RUNTIME})
        self.library = index.add("nvidia-test", {"nvidia/lib.so": b"\0" * 1000})
        self.has(CARD)

    def has(self, *cards: GraphicsCard) -> None:
        self._monkeypatch.setattr(accelerating, "find_cards", lambda: cards)

    def breaks(self, fault: str) -> None:
        self._monkeypatch.setenv("ANITAG_FAKE_RUNTIME", fault)

    def acceleration(self, least_driver: str = "", patience: float = 1.0) -> Acceleration:
        catalogue = self.index.catalogue(
            self._folder / "runtimes.toml",
            platform.system().lower(),
            platform.machine().lower(),
            least_driver,
        )
        return Acceleration(lambda: [self.model], self._note, catalogue, patience)

    def unpack(self) -> InstalledRuntime:
        """Have it installed as ``set_up`` leaves it, without pip and without a trial."""
        folder = self.root / "cuda-00000000"
        for wheel in (self.wheel, self.library):
            with zipfile.ZipFile(io.BytesIO(self.index.files[wheel])) as archive:
                archive.extractall(folder / "site")
        installed = InstalledRuntime(
            id="cuda",
            title="ONNX Runtime for tests",
            provider="CUDA",
            packages="onnxruntime-gpu 9.9.9, nvidia-test 9.9.9",
            python=_python(),
            folder=folder.name,
            day="2026-01-01",
        )
        write_runtime(installed)
        return installed

    def left(self) -> set[str]:
        return {path.name for path in self.root.glob("*") if path.name != ".lock"}

    def _note(self) -> None:
        self.changes += 1
        self.on_change()


@pytest.fixture
def machine(tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    return SetUp(tmp_path, index, monkeypatch)


def run_a_picture(machine: SetUp, folder: Path) -> str:
    """Return what a worker, started as always, runs on."""
    with worker(folder / "thumbnails", [machine.model]) as started:
        started.recognise(images.write_drawings(folder / "pictures", 1))
        return started.client.provider().name


def test_it_is_offered_installed_tried_used_and_removed(machine: SetUp, tmp_path: Path) -> None:
    acceleration = machine.acceleration()
    seen = acceleration.look()
    assert seen.cards == ("NVIDIA GeForce RTX 3060, driver 580.65",)
    assert seen.offer.bytes == sum(map(len, machine.index.files.values()))
    assert (seen.installed, seen.reason, machine.index.log) == (None, "", [])

    told: list[tuple[int, int]] = []
    installed = acceleration.set_up(lambda done, total: told.append((done, total)))
    assert (installed.reason, installed.provider) == ("", "CUDA")
    assert installed.packages == "onnxruntime-gpu 9.9.9, nvidia-test 9.9.9"
    assert told[-1] == (seen.offer.bytes, seen.offer.bytes)
    assert (installed.site / "nvidia" / "lib.so").stat().st_size == 1000
    assert machine.left() == {"runtime.json", PROOFS, installed.folder}
    assert machine.changes == 1
    (proof,) = ProofBook(machine.root / PROOFS).read()
    assert (proof.subject.runtime, proof.reason) == ("onnxruntime-gpu 9.9.9", "")
    assert run_a_picture(machine, tmp_path) == "CUDA"
    assert acceleration.look().offer is None

    assert acceleration.remove()
    assert machine.left() == set()
    assert run_a_picture(machine, tmp_path) == "CPU"
    assert not acceleration.remove()


def test_tagging_goes_on_with_the_card_and_without_it(machine: SetUp, desk, root, store) -> None:
    machine.on_change = lambda: store.changes.publish(LibraryChange(models=True))
    acceleration = machine.acceleration()
    desk.tagging.start()
    images.drawing(1).save(root / "1.png")
    assert desk.take_in(root).provider == "CPU"
    machine.unpack()
    acceleration.test()
    images.drawing(2).save(root / "2.png")
    assert desk.take_in(root).provider == "CUDA"
    acceleration.remove()
    images.drawing(3).save(root / "3.png")
    assert desk.take_in(root).provider == "CPU"
    assert set(desk.tags()) == {"1.png", "2.png", "3.png"}


def test_who_says_cpu_gets_it_although_the_card_works(machine: SetUp, desk, root, store) -> None:
    configuring = Configuration(store, Models(store))
    with pytest.raises(AnitagError, match="can be set to run on automatic, cpu"):
        configuring.change(device="cuda")
    machine.unpack()
    images.drawing(1).save(root / "1.png")
    assert desk.take_in(root).provider == "CUDA"
    configuring.change(device="cpu")
    images.drawing(2).save(root / "2.png")
    summary = desk.take_in(root)
    assert (summary.provider, summary.note) == ("CPU", "the CPU was chosen in the settings")
    configuring.change(device="CUDA")
    assert configuring.settings().device == "cuda"
    images.drawing(3).save(root / "3.png")
    assert desk.take_in(root).provider == "CUDA"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("driver", "its driver is too old for this package"),
        ("silent", "it is installed and does not start on this machine"),
        ("crash", "trying it ended the process (SIGSEGV)"),
        ("import", "libcublas.so.13: cannot open shared object file"),
    ],
)
def test_what_does_not_prove_itself_is_set_aside_with_its_reason(
    machine: SetUp, tmp_path: Path, fault: str, reason: str
) -> None:
    machine.breaks(fault)
    machine.unpack()
    acceleration = machine.acceleration()
    assert reason in acceleration.test().reason
    assert reason in acceleration.look().installed.reason
    assert usable_site() is None
    assert run_a_picture(machine, tmp_path) == "CPU"


def test_what_was_set_aside_can_be_tried_again(machine: SetUp) -> None:
    machine.breaks("driver")
    acceleration = machine.acceleration()
    assert acceleration.set_up().reason, "as pip installs it"
    machine.breaks("")
    assert acceleration.test().reason == ""
    assert usable_site() is not None


def test_runtime_that_breaks_later_costs_nothing_but_its_speed(
    machine: SetUp, tmp_path: Path
) -> None:
    machine.unpack()
    machine.breaks("import")
    with worker(tmp_path / "thumbnails", [machine.model]) as started:
        (answer,) = started.recognise(images.write_drawings(tmp_path / "pictures", 1))
        report = started.client.provider()
    assert isinstance(answer, Recognised)
    assert report.name == "CPU"
    assert report.reason.startswith("what was installed for the graphics cannot run it: ")


def test_what_is_slow_with_one_model_may_be_faster_with_another(machine: SetUp) -> None:
    machine.breaks("slow")
    machine.unpack()
    assert machine.acceleration().test().reason == ""
    (proof,) = ProofBook(machine.root / PROOFS).read()
    assert "a picture and the CPU" in proof.reason


@pytest.mark.parametrize(
    ("behaviour", "codes"),
    [
        (fake_index.absent, {"package_unreachable"}),
        (fake_index.failing, {"package_unreachable"}),
        (fake_index.another, {"package_refused"}),
        # Older versions of pip do not notice that something is lacking; the hash does.
        (fake_index.cut_off, {"package_unreachable", "package_refused"}),
        (fake_index.hanging, {"package_unreachable"}),
    ],
)
def test_index_that_does_not_keep_its_word_changes_nothing(
    machine: SetUp, monkeypatch, behaviour: fake_index.Behaviour, codes: set[str]
) -> None:
    monkeypatch.setattr(packages, "_RETRIES", 1)  # each takes its time, and ends as the first
    machine.index.behaviours[machine.library] = [behaviour]
    acceleration = machine.acceleration()
    with pytest.raises(AnitagError) as caught:
        acceleration.set_up()
    assert caught.value.code in codes, caught.value
    assert "nvidia-test 9.9.9" in str(caught.value)
    assert (read_runtime(), machine.left(), machine.changes) == (None, {".incoming"}, 0)

    machine.index.behaviours.clear()
    machine.index.log.clear()
    assert acceleration.set_up().reason == ""
    assert machine.wheel not in machine.index.log  # it had come whole, and was kept


def test_index_without_the_package(machine: SetUp) -> None:
    acceleration = machine.acceleration()
    del machine.index.files[machine.library]
    with pytest.raises(AnitagError, match=r"has no nvidia-test 9\.9\.9") as caught:
        acceleration.set_up()
    assert caught.value.code == "package_absent"


def test_index_that_sends_without_end(machine: SetUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_SLACK", 1 << 20)
    machine.index.behaviours[machine.wheel] = [fake_index.endless]
    with pytest.raises(AnitagError, match="larger than was announced"):
        machine.acceleration().set_up()


def test_disk_that_is_full_is_told_before_anything_is_asked(
    machine: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 10

    monkeypatch.setattr(packages.shutil, "disk_usage", lambda _path: Usage)
    with pytest.raises(AnitagError) as caught:
        machine.acceleration().set_up()
    assert (caught.value.code, machine.index.log) == ("disk_full", [])


def test_file_that_was_left_damaged_is_brought_anew(machine: SetUp) -> None:
    store = machine.root / ".incoming" / "cuda" / "wheels"
    store.mkdir(parents=True)
    whole = machine.index.files[machine.wheel]
    (store / machine.wheel).write_bytes(whole[:-5] + b"12345")
    assert machine.acceleration().set_up().reason == ""


def test_it_can_be_given_up_and_goes_on_later(machine: SetUp) -> None:
    machine.index.behaviours[machine.library] = [fake_index.hanging]
    asked = lambda: machine.library in machine.index.log  # noqa: E731
    acceleration = machine.acceleration(patience=60.0)
    with pytest.raises(AnitagError) as caught:
        acceleration.set_up(is_given_up=asked)
    assert (caught.value.code, read_runtime()) == ("download_stopped", None)
    machine.index.behaviours.clear()
    assert acceleration.set_up().reason == ""


def test_pip_ends_with_who_started_it(machine: SetUp) -> None:
    machine.index.behaviours[machine.library] = [fake_index.hanging]
    seen: list[str] = []

    def is_given_up() -> bool:
        children = psutil.Process().children()
        seen.extend(" ".join(child.cmdline()) for child in children)
        return machine.library in machine.index.log

    with pytest.raises(AnitagError):
        machine.acceleration(patience=60.0).set_up(is_given_up=is_given_up)
    assert any("pip_child" in command for command in seen)


def test_only_one_sets_up(machine: SetUp) -> None:
    machine.index.behaviours[machine.wheel] = [fake_index.hanging]
    is_over = threading.Event()
    first = machine.acceleration(patience=60.0)
    errors: list[str] = []

    def set_up() -> None:
        try:
            first.set_up(is_given_up=is_over.is_set)
        except AnitagError as error:
            errors.append(error.code)

    thread = threading.Thread(target=set_up)
    thread.start()
    while machine.wheel not in machine.index.log and thread.is_alive():
        thread.join(0.01)
    for ask in (machine.acceleration().set_up, machine.acceleration().remove):
        with pytest.raises(AnitagError) as caught:
            ask()
        assert caught.value.code == "runtime_busy"
    is_over.set()
    thread.join()
    assert errors == ["download_stopped"]


def test_driver_that_is_too_old_is_told_before_the_download(machine: SetUp) -> None:
    acceleration = machine.acceleration(least_driver="590")
    seen = acceleration.look()
    assert seen.offer is None
    assert seen.reason == (
        "ONNX Runtime for tests needs the driver 590 or newer, and NVIDIA GeForce RTX 3060 has "
        "580.65"
    )
    with pytest.raises(AnitagError, match="There is nothing to install for the graphics"):
        acceleration.set_up()
    assert machine.index.log == []


def test_machine_without_a_fitting_card(machine: SetUp) -> None:
    machine.has(GraphicsCard(AMD, "AMD graphics (73ff)"))
    reason = machine.acceleration().look().reason
    assert reason == "there is no package for this card on this system"
    machine.has()
    assert machine.acceleration().look().reason == "no graphics card was found"


def test_new_version_takes_the_place_of_the_old_one(machine: SetUp) -> None:
    old = machine.unpack()
    machine.library = machine.index.add("nvidia-test", {"nvidia/lib.so": b"\1" * 2000})
    machine.index.add("nvidia-more", {"nvidia/more.so": b"\1"})
    acceleration = machine.acceleration()
    assert acceleration.look().offer is not None
    new = acceleration.set_up()
    assert machine.left() == {"runtime.json", PROOFS, new.folder}
    assert new.folder != old.folder


def test_runtime_of_another_python_is_not_used(machine: SetUp) -> None:
    machine.unpack()
    path = machine.root / "runtime.json"
    path.write_text(path.read_text().replace(f'"python": "{_python()}"', '"python": "3.8"'))
    assert usable_site() is None
    assert read_runtime().reason == "it is for Python 3.8; install it again"
    assert machine.acceleration().look().offer is not None


def test_nonsense_in_the_folder_is_no_runtime(machine: SetUp) -> None:
    machine.unpack()
    path = machine.root / "runtime.json"
    whole = path.read_text()
    for content in ("", "{", "[]", "{}", whole.replace('"folder": "', '"folder": "../')):
        path.write_text(content)
        assert read_runtime() is None


def test_what_nvidias_program_says() -> None:
    cards = read_answer("NVIDIA A10, 580.65.06\n\nFailed to initialize NVML: Driver/library\n")
    assert cards == (GraphicsCard(NVIDIA, "NVIDIA A10", "580.65.06"),)


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])
