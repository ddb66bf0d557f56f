"""The picture formats that are read, told by their first bytes and never by their name."""

FORMATS = (
    "PNG",
    "JPEG",
    "WEBP",
    "GIF",
    "BMP",
    "AVIF",
    "TIFF",
    "PSD",
    "KRA",
    "ORA",
    "CLIP",
    "JXL",
    "HEIF",
)
"""The allow-list. Of paintings (PSD, KRA, ORA, CLIP) the picture is read beside the layers."""

ANIMATED = ("PNG", "WEBP", "GIF", "AVIF")
"""Formats whose further frames are a film; those of the others are pages and second views."""

ARCHIVES = {"KRA": b"application/x-krita", "ORA": b"image/openraster"}
"""Formats that are zip files, and what the first file in them says."""

PAINTINGS = (*ARCHIVES, "CLIP")
"""Formats of which a PNG is read that lies somewhere in them."""

OPTIONAL = {"JXL": "pylibjxl", "HEIF": "pi_heif"}
"""Formats whose decoders come with the extra ``formats``: their modules."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"8BPS\0\1", "PSD"),
    (b"CSFCHUNK", "CLIP"),
    (b"\xff\x0a", "JXL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JXL"),
)
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_MIMETYPE = 30
"""Where the name of the first file in a zip file begins."""

_UNREAD = (
    (b"\x1aE\xdf\xa3", "a video (Matroska or WebM)"),
    (b"FLV\1", "a video (Flash)"),
    (b"FWS", "a Flash film"),
    (b"CWS", "a Flash film"),
    (b"ZWS", "a Flash film"),
    (b"OggS", "a video or music (Ogg)"),
    (b"\0\0\1\xba", "a video (MPEG)"),
    (b"\0\0\1\xb3", "a video (MPEG)"),
    (b"0&\xb2u\x8ef\xcf\x11", "a video (Windows Media)"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000 picture"),
    (b"\xffO\xffQ", "a JPEG 2000 picture"),
    (b"8BPS\0\2", "a large Photoshop document (PSB)"),
    (b"gimp xcf", "a GIMP painting"),
    (b"DDS ", "a texture (DDS)"),
    (b"v/1\1", "an OpenEXR picture"),
    (b"\0\0\1\0", "an icon"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript drawing"),
    (b"<svg", "an SVG drawing"),
    (b"PK\3\4", "a zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
)


def sniff(content: bytes) -> str | None:
    """Return the format that the first bytes announce, or None if it is not one of ``FORMATS``."""
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[:4] == b"PK\3\4" and content[_MIMETYPE : _MIMETYPE + 8] == b"mimetype":
        return _archive(content[_MIMETYPE + 8 : _MIMETYPE + 64])
    brands = _brands(content)
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else None


def unread_kind(content: bytes) -> str:
    """Return in words what a file is that is known and not read; empty when it is not known."""
    for signature, words in _UNREAD:
        if content.startswith(signature):
            return words
    if content[:4] == b"RIFF" and content[8:12] == b"AVI ":
        return "a video (AVI)"
    return "a video (MP4 or QuickTime)" if _brands(content) else ""


def _archive(content: bytes) -> str | None:
    return next((name for name, kind in ARCHIVES.items() if content.startswith(kind)), None)


def _brands(content: bytes) -> frozenset[bytes]:
    """Return the brands that the file type box names: its own and the compatible ones."""
    if content[4:8] != b"ftyp":
        return frozenset()
    box = content[8 : min(int.from_bytes(content[:4], "big"), 256)]
    return frozenset(box[i : i + 4] for i in range(0, len(box), 4))
