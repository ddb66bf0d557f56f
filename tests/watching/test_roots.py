"""Whether a folder is still the one it was."""

import os
import shutil
import subprocess

import pytest

from anitag_desktop.watching.mounts import is_remote
from anitag_desktop.watching.roots import RootIdentity, identify_root, is_gone_at_once


def test_a_folder_stays_the_same_while_its_files_change(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    before = identify_root(os.fsencode(root))
    (root / "a.png").write_bytes(b"x")
    assert identify_root(os.fsencode(root)).is_same(before)


def test_a_renamed_folder_is_the_same_and_its_successor_is_not(tmp_path):
    root, aside = tmp_path / "root", tmp_path / "aside"
    root.mkdir()
    before = identify_root(os.fsencode(root))
    root.rename(aside)
    root.mkdir()
    assert identify_root(os.fsencode(aside)).is_same(before)
    assert not identify_root(os.fsencode(root)).is_same(before)


def test_the_same_number_on_another_file_system_is_another_folder():
    assert not RootIdentity(1, 2, 7).is_same(RootIdentity(3, 2, 8))
    assert not RootIdentity(1, 2).is_same(RootIdentity(3, 2))


def test_a_remounted_drive_is_the_same_under_a_new_device_number():
    assert RootIdentity(1, 2, 7).is_same(RootIdentity(3, 2, 7))


def test_the_identity_survives_being_stored():
    identity = RootIdentity(2**63, 5, 2**64 - 1)
    assert RootIdentity.from_text(identity.to_text()) == identity


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"x": 1}', "3"])
def test_a_stored_identity_that_is_not_understood_is_none(text):
    assert RootIdentity.from_text(text) is None


def test_what_is_not_a_folder_has_no_identity(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        identify_root(os.fsencode(tmp_path / "file"))
    with pytest.raises(FileNotFoundError):
        identify_root(os.fsencode(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("known", "gone", "verdict"),
    [
        (0, 0, False),
        (10, 0, False),
        (10, 9, False),
        (10, 10, True),
        (100, 20, False),
        (100, 21, True),
        (1000, 50, False),
        (1000, 51, True),
        (1, 1, True),
    ],
)
def test_the_brake(known, gone, verdict):
    assert is_gone_at_once(known, gone) is verdict


@pytest.mark.integration
def test_a_mount_is_another_folder_than_the_place_it_is_mounted_on(tmp_path):
    place = tmp_path / "drive"
    place.mkdir()
    before = identify_root(os.fsencode(place))
    if os.getuid() or not shutil.which("mount"):
        pytest.skip("mounting is not permitted here")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        assert not identify_root(os.fsencode(place)).is_same(before)
        assert not is_remote(os.fsencode(place))
    finally:
        subprocess.run(["umount", str(place)], check=True)
    assert identify_root(os.fsencode(place)).is_same(before)


MOUNTS = rb"""21 1 254:0 / / rw - ext4 /dev/vda rw
40 21 0:40 / /mnt/nas rw - nfs4 host:/x rw
41 40 0:41 / /mnt/nas/local rw - ext4 /dev/sdb rw
42 21 0:42 / /mnt/my\040share rw - cifs //host/x rw
43 21 0:43 / /mnt/phone rw shared:5 - fuse.sshfs host: rw
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        (b"/home/me", False),
        (b"/mnt/nas", True),
        (b"/mnt/nas/a/b", True),
        (b"/mnt/nasty", False),
        (b"/mnt/nas/local/a", False),
        (b"/mnt/my share/a", True),
        (b"/mnt/phone/dcim", True),
    ],
)
def test_a_network_drive_is_told_from_a_local_one(tmp_path, path, remote):
    table = tmp_path / "mountinfo"
    table.write_bytes(MOUNTS)
    assert is_remote(path, table) is remote


def test_without_a_mount_table_a_drive_counts_as_local(tmp_path):
    assert not is_remote(b"/mnt/nas", tmp_path / "absent")
