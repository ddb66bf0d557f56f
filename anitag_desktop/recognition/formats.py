"""The picture formats that are read, told by their first bytes and never by their name."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF", "TIFF")
"""The allow-list, as Pillow calls them."""

ANIMATED = ("PNG", "WEBP", "GIF", "AVIF")
"""Formats whose further frames are a film; those of the others are pages and second views."""

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
)
_AVIF_BRANDS = (b"avif", b"avis")


def sniff(content: bytes) -> str | None:
    """Return the format that the first bytes announce, or None if it is not one of ``FORMATS``."""
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            return name
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    return "AVIF" if _is_avif(content) else None


def _is_avif(content: bytes) -> bool:
    """Tell whether the file type box names AVIF as its brand or among the compatible ones."""
    if content[4:8] != b"ftyp":
        return False
    brands = content[8 : min(int.from_bytes(content[:4], "big"), 256)]
    return any(brands[i : i + 4] in _AVIF_BRANDS for i in range(0, len(brands), 4))
