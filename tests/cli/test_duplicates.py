"""``anitag duplicates`` on a real library."""

from tests.helpers.seeding import add_folder, add_picture


def test_groups_with_their_best(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        add_picture(store, folder, "/pics/a.png", "a", pixel_hash="p", phash=5)
        add_picture(store, folder, "/pics/b.png", "b", pixel_hash="p", phash=5, bytes=9999)
        add_picture(store, folder, "/pics/c.png", "c", phash=4, width=10)
    (group,) = anitag.json("duplicates")
    assert (group["kind"], group["best"]["path"]) == ("exact", "/pics/b.png")
    assert [one["path"] for one in group["others"]] == ["/pics/a.png"]
    (group,) = anitag.json("duplicates", "--near")
    assert group["kind"] == "near"
    assert [one["path"] for one in group["others"]] == ["/pics/a.png", "/pics/c.png"]
    done = anitag("duplicates")
    assert done.out.splitlines() == [
        "best  640x480 9999 bytes  /pics/b.png",
        "same  640x480 1001 bytes  /pics/a.png",
        "",
        "1 group, 1 duplicate",
    ]


def test_without_duplicates(anitag, seeded):
    assert anitag("duplicates").out == "0 groups, 0 duplicates\n"
    assert anitag.json("duplicates", "--near") == []
