"""The flattened picture inside a painting that is a zip file (Krita, OpenRaster).

The archive is hostile: nothing is unpacked but one member, in memory, up to a limit, and a long
table of contents is refused before it is read.
"""

import io
import zipfile

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.reading import SIZE_LIMIT

_PICTURES = ("mergedimage.png", "preview.png", "Thumbnails/thumbnail.png")
"""The flattened picture, else a small one."""

_MOST_FILES = 20_000
_LONGEST_CONTENTS = 4 * 1024 * 1024
_END = b"PK\5\6"
_END_LENGTH, _COMMENT_LENGTH = 22, 65_535
_LOCATOR, _LOCATOR_LENGTH = b"PK\6\7", 20
"""Of Zip64, whose table of contents would count in place of the one that is looked at."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1


def flattened(content: bytes) -> bytes:
    """Return the bytes of the picture in a painting, which have still to be looked at.

    Raises:
        AnitagError: ``picture_damaged``.
    """
    _check_contents(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            member = _member(archive)
            with archive.open(member) as file:
                found = file.read(SIZE_LIMIT + 1)
    except AnitagError:
        raise
    except Exception as error:
        reason = f"its archive cannot be read ({error})"[:200]
        raise AnitagError("picture_damaged", reason=reason) from error
    if len(found) > SIZE_LIMIT:
        raise AnitagError("picture_too_big", size=len(found), limit=SIZE_LIMIT)
    return found


def _check_contents(content: bytes) -> None:
    """Refuse a table of contents that would take more memory than a painting's does."""
    start = content.rfind(_END, max(0, len(content) - _END_LENGTH - _COMMENT_LENGTH))
    if start < 0 or len(content) < start + _END_LENGTH:
        raise AnitagError("picture_damaged", reason="its archive is cut off")
    if content[start - _LOCATOR_LENGTH : start].startswith(_LOCATOR):
        raise AnitagError("picture_damaged", reason="its archive is of the kind for huge ones")
    files = int.from_bytes(content[start + 10 : start + 12], "little")
    length = int.from_bytes(content[start + 12 : start + 16], "little")
    if files > _MOST_FILES or length > _LONGEST_CONTENTS:
        raise AnitagError("picture_damaged", reason="its archive has too many files")


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    by_name = {member.filename: member for member in archive.infolist()}
    found = next((by_name[name] for name in _PICTURES if name in by_name), None)
    if found is None:
        raise AnitagError("picture_damaged", reason="it holds no flattened picture")
    if found.compress_type not in _METHODS or found.flag_bits & _ENCRYPTED:
        raise AnitagError("picture_damaged", reason="its flattened picture is packed oddly")
    return found
