"""Generated pictures in every format and mode that anitag reads, and files that only pretend.

``GOOD`` and ``BAD`` name each kind; ``write_good`` and ``write_bad`` write them all.
"""

import io
import random
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

QUADRANTS = ((250, 10, 60), (20, 200, 90), (40, 60, 240), (240, 220, 30))
"""Colours of top left, top right, bottom left, bottom right of ``quadrants``."""

Writer = Callable[[Path], None]


def quadrants(width: int = 64, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Return a picture of four flat colours; with ``RGBA`` the last quadrant is see-through."""
    image = Image.new("RGB", (width, height))
    half_w, half_h = width // 2, height // 2
    for place, colour in enumerate(QUADRANTS):
        left, top = (place % 2) * half_w, (place // 2) * half_h
        image.paste(colour, (left, top, left + half_w, top + half_h))
    if mode == "RGBA":
        alpha = Image.new("L", (width, height), 255)
        alpha.paste(0, (half_w, half_h, width, height))
        image.putalpha(alpha)
    return image if mode in ("RGB", "RGBA") else image.convert(mode)


def drawing(seed: int, width: int = 96, height: int = 128) -> Image.Image:
    """Return a picture of random shapes; another seed gives other pixels."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), _colour(rng))
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = rng.randrange(width), rng.randrange(height)
        box = (left, top, left + rng.randrange(8, width), top + rng.randrange(8, height))
        shape = rng.choice((pen.ellipse, pen.rectangle))
        shape(box, fill=_colour(rng), outline=(0, 0, 0))
    return image


def illustration(seed: int, width: int, height: int) -> Image.Image:
    """Return a large picture with gradients and lines, about as costly to decode as real art."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    phase = np.float32(seed)
    waves = [np.sin(columns / (40 + 9 * k) + phase) + np.cos(rows / (55 - 7 * k)) for k in range(3)]
    pixels = np.stack([(w + 2) * 63 for w in waves], axis=-1).astype(np.uint8)
    image = Image.fromarray(pixels)
    rng = random.Random(seed)
    pen = ImageDraw.Draw(image)
    for _ in range(300):
        ends = [(rng.randrange(width), rng.randrange(height)) for _ in range(2)]
        pen.line(ends, fill=_colour(rng), width=rng.randrange(1, 6))
    return image


def artwork(seed: int, width: int, height: int) -> Image.Image:
    """Return a large picture like a painted one: flat areas, a shaded strip, soft lines, muted."""
    half = (width // 2, height // 2)
    image = drawing(seed, *half)
    strip = (half[0] // 4, half[1])
    image.paste(illustration(seed, *strip), (half[0] // 2, 0))
    muted = Image.blend(image, image.convert("L").convert("RGB"), 0.5)
    return muted.resize((width, height), Image.Resampling.LANCZOS)


def write_drawings(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """Write ``count`` different pictures in mixed formats and sizes; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = ("png", "jpg", "webp", "gif", "bmp", "avif", "tiff")
    paths = []
    for number in range(count):
        path = folder / f"picture-{number:04}.{suffixes[number % len(suffixes)]}"
        side = 64 + 8 * (number % 9)
        drawing(seed * 100_000 + number, side, 160 - side // 2).save(path)
        paths.append(path)
    return paths


def write_good(folder: Path) -> dict[str, Path]:
    """Write one file of each kind in ``GOOD``; return them by kind."""
    return _write(folder, GOOD)


def write_bad(folder: Path) -> dict[str, Path]:
    """Write one file of each kind in ``BAD``; return them by kind."""
    return _write(folder, {name: writer for name, (writer, _) in BAD.items()})


def _write(folder: Path, writers: dict[str, Writer]) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / name for name in writers}
    for name, write in writers.items():
        write(paths[name])
    return paths


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def _saved(mode: str = "RGB", **options: object) -> Writer:
    return lambda path: quadrants(mode=mode).save(path, **options)


def _grey16(path: Path) -> None:
    ramp = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    Image.fromarray(ramp).save(path)


def _palette_with_transparency(path: Path) -> None:
    image = quadrants().quantize(8)
    image.save(path, transparency=image.getpixel((63, 63)))


def _rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    quadrants(64, 32).save(path, exif=exif, quality=95)


def _animated(path: Path) -> None:
    frames = [drawing(seed, 64, 64) for seed in range(3)]
    options = {} if path.suffix == ".png" else {"duration": 80}
    frames[0].save(path, save_all=True, append_images=frames[1:], **options)


def _grey_with_alpha(path: Path) -> None:
    quadrants(mode="RGBA").convert("LA").save(path)


def _float_tiff(path: Path) -> None:
    ramp = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    Image.fromarray(ramp).save(path)


def psd(image: Image.Image) -> bytes:
    """Return an RGB picture as a Photoshop document without layers."""
    header = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, image.height, image.width, 8, 3)
    planes = b"".join(channel.tobytes() for channel in image.split())
    return header + bytes(4 + 4 + 4 + 2) + planes


def painting(image: Image.Image, kind: str, name: str = "mergedimage.png") -> bytes:
    """Return a picture as a painting of Krita or another program: a zip file that holds it."""
    inner, outer = io.BytesIO(), io.BytesIO()
    image.save(inner, "PNG")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("stack.xml", "<image/>" * 50, zipfile.ZIP_DEFLATED)
        archive.writestr(name, inner.getvalue())
    return outer.getvalue()


def clip_studio(image: Image.Image | None, statements: Sequence[str] = ()) -> bytes:
    """Return a picture as a painting of Clip Studio Paint: chunks, one of them a database."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE Canvas(CanvasWidth REAL)")
        connection.execute(
            "CREATE TABLE CanvasPreview("
            "_PW_ID INTEGER PRIMARY KEY AUTOINCREMENT, MainId INTEGER, ImageData BLOB)"
        )
        if image is not None:
            inner = io.BytesIO()
            image.save(inner, "PNG")
            values = (2, inner.getvalue())
            connection.execute("INSERT INTO CanvasPreview(MainId, ImageData) VALUES(?, ?)", values)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        database = connection.serialize()
    return clip_chunks(("Exta", b"extrnlid" + bytes(100)), ("SQLi", database), ("Foot", b""))


def clip_chunks(*chunks: tuple[str, bytes]) -> bytes:
    """Return a file of Clip Studio Paint with these chunks after its head."""
    parts = [
        b"CHNK" + name.encode() + struct.pack(">Q", len(content)) + content
        for name, content in (("Head", bytes(40)), *chunks)
    ]
    body = b"".join(parts)
    return b"CSFCHUNK" + struct.pack(">QQ", 24 + len(body), 24) + body


KRITA, OPEN_RASTER = "application/x-krita", "image/openraster"


GOOD: dict[str, Writer] = {
    "rgb.png": _saved(),
    "alpha.png": _saved("RGBA"),
    "grey.png": _saved("L"),
    "bilevel.png": _saved("1"),
    "palette.png": _saved("P"),
    "palette-transparency.png": _palette_with_transparency,
    "grey-alpha.png": _grey_with_alpha,
    "grey16.png": _grey16,
    "animated.png": _animated,
    "rgb.jpg": _saved(quality=95, subsampling=0),
    "progressive.jpg": _saved(quality=95, progressive=True),
    "grey.jpg": _saved("L", quality=95),
    "cmyk.jpg": _saved("CMYK", quality=95, subsampling=0),
    "rotated.jpg": _rotated,
    "lossless.webp": _saved(lossless=True),
    "lossy.webp": _saved(quality=95),
    "alpha.webp": _saved("RGBA", lossless=True),
    "animated.webp": _animated,
    "still.gif": _saved("P"),
    "animated.gif": _animated,
    "rgb.bmp": _saved(),
    "grey.bmp": _saved("L"),
    "rgb.avif": _saved(quality=95),
    "alpha.avif": _saved("RGBA", quality=95),
    "rgb.tiff": _saved(),
    "packed.tif": _saved(compression="tiff_lzw"),
    "cmyk.tiff": _saved("CMYK"),
    "float.tiff": _float_tiff,
    "flat.psd": lambda path: path.write_bytes(psd(quadrants())) and None,
    "krita.kra": lambda path: path.write_bytes(painting(quadrants(), KRITA)) and None,
    "open-raster.ora": lambda path: path.write_bytes(painting(quadrants(), OPEN_RASTER)) and None,
    "clip-studio.clip": lambda path: path.write_bytes(clip_studio(quadrants())) and None,
    "misnamed.jpg": lambda path: quadrants().save(path, format="PNG"),
}


def _bytes(content: bytes) -> Writer:
    return lambda path: path.write_bytes(content) and None


def _cut(format_name: str) -> Writer:
    """Write the first 60 % of a picture's bytes."""

    def write(path: Path) -> None:
        illustration(1, 320, 240).save(path, format=format_name)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) * 6 // 10])

    return write


def _first(make: Callable[[Image.Image], bytes], share: float) -> Writer:
    """Write the first part of a file's bytes."""

    def write(path: Path) -> None:
        whole = make(drawing(3))
        path.write_bytes(whole[: int(len(whole) * share)])

    return write


def _flipped_png(path: Path) -> None:
    """Write a PNG whose pixels do not match their check sum."""
    drawing(5).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


BAD: dict[str, tuple[Writer, str]] = {
    "empty.png": (_bytes(b""), "picture_empty"),
    "text.png": (_bytes(b"This is not a picture.\n" * 40), "picture_unknown"),
    "page.jpg": (_bytes(b"<!DOCTYPE html><html><body>404</body></html>"), "picture_unknown"),
    "zeros.webp": (_bytes(bytes(4096)), "picture_unknown"),
    "gimp.png": (_bytes(b"gimp xcf v011" + bytes(400)), "picture_unsupported"),
    "film.gif": (_bytes(b"\0\0\0\x18ftypmp42" + bytes(400)), "picture_unsupported"),
    "cut.psd": (_first(psd, 0.6), "picture_damaged"),
    "cut.clip": (_first(clip_studio, 0.6), "picture_damaged"),
    "cut.kra": (_first(lambda image: painting(image, KRITA), 0.6), "picture_damaged"),
    "without-picture.ora": (
        lambda path: path.write_bytes(painting(drawing(1), OPEN_RASTER, "layer.png")) and None,
        "picture_damaged",
    ),
    "signature-only.png": (_bytes(b"\x89PNG\r\n\x1a\n"), "picture_damaged"),
    "cut.png": (_cut("PNG"), "picture_damaged"),
    "cut.jpg": (_cut("JPEG"), "picture_damaged"),
    "cut.webp": (_cut("WEBP"), "picture_damaged"),
    "cut.gif": (_cut("GIF"), "picture_damaged"),
    "cut.bmp": (_cut("BMP"), "picture_damaged"),
    "cut.avif": (_cut("AVIF"), "picture_damaged"),
    "cut.tiff": (_cut("TIFF"), "picture_damaged"),
    "flipped.png": (_flipped_png, "picture_damaged"),
    "bomb.png": (_bytes(png_header(40_000, 40_000)), "picture_too_large"),
}
"""Each bad kind with the error code that its file has to get."""
