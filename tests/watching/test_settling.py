"""A file is read when it stands still, and offered once."""

from anitag_desktop.domain.file import FileStat
from anitag_desktop.watching.settling import Settler


class World:
    """A clock and files that stand still unless the test moves them."""

    def __init__(self, now=1_000_000.0):
        self.now = now
        self.ticks = 50.0
        self.files = {}

    def settler(self):
        return Settler(
            2.0, clock=lambda: self.now, monotonic=lambda: self.ticks, read=self.files.get
        )

    def sleep(self, seconds):
        self.now += seconds
        self.ticks += seconds

    def write(self, path=b"a", size=1, mtime=None, ctime=None):
        ctime = self.now if ctime is None else ctime
        mtime = ctime if mtime is None else mtime
        self.files[path] = FileStat(size, int(mtime * 1e9), int(ctime * 1e9), 7, 1)
        return self.files[path]


def test_an_old_file_needs_no_wait():
    world = World()
    assert world.settler().is_settled(b"a", world.write(ctime=world.now - 2.1))


def test_a_file_copied_with_an_old_mtime_still_waits():
    world = World()
    settler = world.settler()
    assert not settler.is_settled(b"a", world.write(mtime=1000.0))
    assert settler.seconds_until_due() == 2.0


def test_a_fresh_file_is_offered_once_after_the_quiet_time():
    world = World()
    settler = world.settler()
    assert not settler.is_settled(b"a", world.write())
    world.sleep(1.9)
    assert settler.take_settled() == []
    world.sleep(0.2)
    assert settler.take_settled() == [(b"a", world.files[b"a"])]
    assert settler.take_settled() == []
    assert settler.seconds_until_due() is None


def test_a_resumed_write_starts_the_wait_again():
    world = World()
    settler = world.settler()
    settler.is_settled(b"a", world.write(size=1))
    for size in range(2, 12):
        world.sleep(1.5)
        world.write(size=size)
        assert settler.take_settled() == []
    world.sleep(1.9)
    assert settler.take_settled() == []
    world.sleep(0.2)
    assert [path for path, _ in settler.take_settled()] == [b"a"]


def test_a_change_of_the_times_alone_starts_the_wait_again():
    world = World()
    settler = world.settler()
    settler.is_settled(b"a", world.write())
    world.sleep(1.9)
    world.write()
    world.sleep(0.2)
    assert settler.take_settled() == []
    assert len(settler) == 1


def test_a_file_that_went_away_is_forgotten():
    world = World()
    settler = world.settler()
    settler.is_settled(b"a", world.write())
    del world.files[b"a"]
    world.sleep(3)
    assert settler.take_settled() == []
    assert len(settler) == 0


def test_times_in_the_future_settle_by_being_watched():
    world = World()
    settler = world.settler()
    assert not settler.is_settled(b"a", world.write(ctime=world.now + 1e6))
    world.sleep(2.1)
    assert [path for path, _ in settler.take_settled()] == [b"a"]


def test_an_old_file_with_an_mtime_in_the_future_needs_no_wait():
    world = World()
    stat = world.write(mtime=world.now + 1e6, ctime=world.now - 10)
    assert world.settler().is_settled(b"a", stat)


def test_a_clock_that_is_set_back_delays_by_the_quiet_time_at_most():
    world = World()
    settler = world.settler()
    settler.is_settled(b"a", world.write())
    world.now -= 86_400
    world.sleep(2.1)
    assert [path for path, _ in settler.take_settled()] == [b"a"]


def test_forgetting_ends_the_wait():
    world = World()
    settler = world.settler()
    settler.is_settled(b"a", world.write())
    settler.forget(b"a")
    settler.forget(b"never seen")
    assert settler.seconds_until_due() is None
