import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.reach import HUB, Reach, is_public


@pytest.mark.parametrize(
    "url",
    [
        "https://huggingface.co/x",
        "https://cdn-lfs.huggingface.co/x?Signature=1",
        "https://cas-bridge.xethub.hf.co/x",
        "https://HuggingFace.co/x",
    ],
)
def test_the_hub_and_its_own_hosts(url):
    Reach.of(HUB).check(url)


@pytest.mark.parametrize(
    "url",
    [
        *("http://huggingface.co/x", "https://huggingface.co.evil.org/x", "https://evilhf.co/x"),
        *(
            "https://hf.co@evil.org/x",
            "https://evil.org/hf.co",
            "//evil.org/x",
            "file:///etc/passwd",
        ),
        *("https://127.0.0.1/x", "http://localhost/x", "https://192.168.1.1", "https://[::1]/x"),
        *("https://huggingface.co.:443/x", "https:///x", "https://hf.co:99999/x", "ftp://hf.co/x"),
    ],
)
def test_nobody_else(url):
    with pytest.raises(AnitagError) as caught:
        Reach.of(HUB).check(url)
    assert caught.value.code == "hub_not_allowed"


def test_a_mirror_has_its_own_hosts_and_the_hub_s():
    reach = Reach.of("https://mirror.example/hf/")
    assert reach.base == "https://mirror.example/hf"
    for url in ("https://mirror.example/x", "https://cdn.mirror.example/x", "https://hf.co/x"):
        reach.check(url)
    for url in ("https://mirror.example.org/x", "http://mirror.example/x", "http://127.0.0.1/x"):
        with pytest.raises(AnitagError):
            reach.check(url)
    assert not reach.must_be_public("mirror.example")
    assert reach.must_be_public("cdn.mirror.example")


def test_this_machine_may_be_asked_in_the_clear():
    reach = Reach.of("http://127.0.0.1:8080")
    reach.check("http://127.0.0.1:9090/x")
    reach.check("https://huggingface.co/x")
    for url in ("http://127.0.0.2/x", "http://x.127.0.0.1/x", "http://[::1]/x"):
        with pytest.raises(AnitagError):
            reach.check(url)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        *[("8.8.8.8", True), ("2606:4700::1111", True), ("::ffff:8.8.8.8", True)],
        *[("10.1.2.3", False), ("172.16.0.1", False), ("192.168.0.1", False), ("::1", False)],
        *[("127.0.0.1", False), ("169.254.169.254", False), ("fe80::1%eth0", False)],
        *[("fd00::1", False), ("100.64.0.1", False), ("::ffff:127.0.0.1", False)],
        *[("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False)],
        *[("64:ff9b::a9fe:a9fe", False), ("64:ff9b::808:808", True), ("2002:7f00:1::", False)],
        *[("ff02::1", False), ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False)],
    ],
)
def test_public_addresses(address, is_open):
    assert is_public(address) is is_open
