"""Pictures as part of a page, which then needs nothing beside it: ``data:`` addresses."""

import base64
import io

from PIL import Image


def inlined(kind: str, content: bytes) -> str:
    """Return the address that is an encoded picture of a kind: jpeg, png or webp."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def inlined_jpeg(picture: Image.Image, quality: int = 85) -> str:
    """Return the address that is a picture (RGB), encoded as JPEG."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return inlined("jpeg", stream.getvalue())
