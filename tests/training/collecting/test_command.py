"""``python -m training collect`` as a program, also when it is killed."""

import json
import os
import subprocess
import sys
import time

import pytest

from tests.helpers.fake_booru import FakeBooru
from tests.helpers.fake_hub import FakeHub, answering
from tests.training.collecting.test_urls import picture, write_list

pytestmark = pytest.mark.integration


def command(tmp_path, *more: str) -> list[str]:
    words = [sys.executable, "-m", "training", "collect", "urls", str(tmp_path / "urls.csv")]
    return [*words, "--to", str(tmp_path / "to"), "--also-reach", "127.0.0.1", *more]


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path):
    with FakeHub() as site:
        for seed in range(12):
            site.misbehave(f"/{seed}.png", answering(200, picture(seed)))
        write_list(tmp_path / "urls.csv", site, *(f"{seed}.png" for seed in range(12)))
        slowly = ("--workers", "1", "--at-once", "1", "--pause", "0.5")
        first = subprocess.Popen(command(tmp_path, *slowly), stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while len(site.log) < 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        first.kill()
        first.communicate()
        asked = len(site.log)
        assert 4 <= asked < 12
        second = subprocess.run(
            command(tmp_path, "--json", "--pause", "0"), capture_output=True, text=True, check=False
        )
        assert second.returncode == 0, second.stderr
        assert json.loads(second.stdout.splitlines()[-1])["ok"] == 12
        assert len(site.log) <= 13  # what was on its way is asked for once more
    assert len(list((tmp_path / "to").glob("*.png"))) == 12


def test_nothing_brought_is_a_failure(tmp_path):
    (tmp_path / "urls.csv").write_text("http://127.0.0.1:1/x.png\nhttp://10.0.0.1/x.png\n")
    words = command(tmp_path, "--pause", "0")
    done = subprocess.run(words[:-4] + words[-2:], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refused_address 2" in done.stderr


def test_danbooru_is_asked_with_the_key_of_the_environment(tmp_path):
    (tmp_path / "classes.csv").write_text("name,tags,most\nmiku,1girl,2\n")
    words = [sys.executable, "-m", "training", "collect", "danbooru", str(tmp_path / "classes.csv")]
    keys = {"DANBOORU_LOGIN": "mio", "DANBOORU_API_KEY": "very-secret-key"}
    with FakeBooru() as site:
        for post in (1, 2, 3):
            site.add(post)
        words += ["--to", str(tmp_path / "to"), "--endpoint", site.url, "--pause", "0"]
        words += ["--also-reach", "127.0.0.1", "--json"]
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, env=os.environ | keys
        )
        without = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["ok"] == 2
    assert "secret" not in done.stdout + done.stderr
    assert without.returncode == 1
    assert "DANBOORU_API_KEY" in without.stderr
