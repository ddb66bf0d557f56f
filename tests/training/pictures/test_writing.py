"""Writing pictures, labels and samples."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.tag import Rating
from training.pictures import command
from training.pictures.attributes import ArtStyle
from training.pictures.drawing import draw
from training.pictures.samples import samples
from training.pictures.writing import FORMATS, LABELS_FILE, Order, spec_of, write_pictures


def arguments(out: Path, *more: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(out), *more]))


def test_every_format_can_be_read_again(tmp_path: Path) -> None:
    formats = ",".join(FORMATS)
    assert arguments(tmp_path, "--count", "7", "--size", "64", "--formats", formats) == 0
    rows = [json.loads(line) for line in (tmp_path / LABELS_FILE).read_text().splitlines()]
    assert len(rows) == 7
    for row, form in zip(rows, FORMATS, strict=True):
        with Image.open(tmp_path / row["file"]) as image:
            image.load()
            assert image.format == form.upper()
            assert max(image.size) == 64
        assert row["rating"] == Rating.GENERAL.value
        assert row["tags"]


def test_the_same_order_writes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        list(write_pictures(Order(tmp_path / folder, 5, 9, 48, ("png", "webp"))))
    first = {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()}
    assert first == {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()}


def test_a_later_start_continues_the_same_series(tmp_path: Path) -> None:
    whole = list(write_pictures(Order(tmp_path / "a", 4, 2, 32, ("png",))))
    rest = list(write_pictures(Order(tmp_path / "b", 2, 2, 32, ("png",), start=2)))
    assert whole[2:] == rest


def test_one_style_draws_the_same_scenes_in_it(tmp_path: Path) -> None:
    usual, cel = (spec_of(1, number) for number in range(60)), []
    for number, spec in enumerate(usual):
        same = spec_of(1, number, art=ArtStyle.CEL)
        assert same.art is ArtStyle.CEL
        assert [p.traits.hair.colour for p in same.people] == [
            p.traits.hair.colour for p in spec.people
        ] or spec.art is ArtStyle.CARTOON
        cel.append(spec.art is ArtStyle.CEL)
    assert 0 < sum(cel) < len(cel)
    assert arguments(tmp_path, "--count", "3", "--size", "32", "--style", "sketch") == 0
    rows = [json.loads(line) for line in (tmp_path / LABELS_FILE).read_text().splitlines()]
    assert all("sketch" in row["tags"] for row in rows)


@pytest.mark.parametrize(
    "wrong",
    [["--formats", "psd"], ["--count", "0"], ["--size", "4"], ["--style", "baroque"]],
)
def test_wrong_arguments_are_refused(
    tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert arguments(tmp_path / "out", *wrong) == 2
    assert "pictures:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_samples_have_many_formats_and_shapes() -> None:
    chosen = samples()
    assert len(chosen) >= 24
    assert {s.form for s in chosen} == set(FORMATS)
    assert len({s.name for s in chosen}) == len(chosen)
    aspects = [s.spec.aspect for s in chosen]
    assert min(aspects) < 0.7 < 1.0 < 1.6 < max(aspects)


def test_bundled_samples_are_what_the_table_draws() -> None:
    bundled = Path(__file__).parents[3] / "resources" / "samples"
    suffixes = {s.name: "jpg" if s.form == "jpeg" else s.form for s in samples()}
    for name, suffix in suffixes.items():
        assert (bundled / f"{name}.{suffix}").is_file()
    assert sum(p.stat().st_size for p in bundled.iterdir()) < 4_500_000
    sample = next(s for s in samples() if s.form == "bmp")
    with Image.open(bundled / f"{sample.name}.bmp") as image:
        kept = np.asarray(image.convert("RGB"), np.int16)
    drawn = draw(sample.spec, sample.longest).pixels[..., :3].astype(np.int16)
    assert np.abs(kept - drawn).mean() < 4


def test_the_animated_sample_blinks() -> None:
    with Image.open(Path(__file__).parents[3] / "resources/samples/lumi_blinking.gif") as image:
        assert getattr(image, "n_frames", 1) >= 3


@pytest.mark.parametrize(
    "wrong",
    [["--duplicates", "1.2"], ["--look-alikes", "-0.1"], ["--long-tail", "11"]],
)
def test_impossible_shares_are_refused(
    tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert arguments(tmp_path / "out", *wrong) == 2
    assert "pictures:" in capsys.readouterr().err
