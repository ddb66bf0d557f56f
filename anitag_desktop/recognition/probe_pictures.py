"""Probe pictures: one tiny file of each format that is read, made by this project.

Each is 8 by 8 pixels of one colour, packed with zlib and base64.
"""

import base64
import zlib

_PACKED = {
    "PNG": (
        "eNrrDPBz5+WS4mJgYOD19HAJAtIcIMzBBCS9czXvACkRTxfHkIo5yTYLBY828BokispuEWJgO8gY9XnxxAtA"
        "eQZPVz+XdU4JTQA39BI2"
    ),
    "JPEG": (
        "eNr7f+P/AwYBLzdPNwZGRgYGRiBk+H+bwZlBWkhEXERQWlxMXE5GWkHDSVtDVVUj0MrWwCkhNDUlPjQ2Oqti"
        "ZmNW4YTi6NjWrW0T5i1evXZ1esOek7uWHZ+5YvWS/wcYuDkYgJCRUZDh/xEGEZDJKIAFJCqALsrw/xZIDwOD"
        "PYP2/5sADQUo0g=="
    ),
    "WEBP": "eNoL8nRz02FgYAh3dQoIC7BQUACyAxgZ5jJqcTBwMLA7TFNdwMACFPt3j7/+d/CnzXe/MzAAABX6DaA=",
    "GIF": "eNpz93SzME/kYOBgaGRgOKERxQADOiACJM7Awc/AyCHjsWHBwWYOYS0fCQEGawDPLQfK",
    "BMP": (
        "eNqlkvdXCAwARa8kkTKijEqoVLSMiEqF0tQSEaVlK7QnTYUGoV0SLVtGWSEaVMreyh6hRBkhfP/B9865757z"
        "fn4G5j6C/I1mlxW7LPwf3f426HVRLvaPrvEff9StGwICAnTv3h1BQUF69OiBkJAQPXv2RFhYmF69etG7d29E"
        "RETo06cPoqKiiImJ0bdvX/r160f//v0ZMGAA4uLiDBw4kEGDBiEhIYGkpCSDBw9myJAhDB06lGHDhiElJYW0"
        "tDQyMjIMHz4cWVlZRowYwciRIxk1ahRycnLIy8ujoKDA6NGjUVRURElJCWVlZcaMGcPYsWNRUVFBVVUVNTU1"
        "1NXV0dDQYNy4cYwfP54JEyYwceJENDU1mTRpEpMnT0ZLS4spU6YwdepUtLW10dHRQVdXl2nTpqGnp4e+vj4G"
        "BgZMnz6dGTNmMHPmTAwNDTEyMmLWrFkYGxtjYmKCqakpZmZmmJubY2FhwezZs7G0tMTKygpra2tsbGywtbVl"
        "zpw52NnZMXfuXObNm4e9vT3z589nwYIFODg4sHDhQhYtWoSjoyNOTk4sXrwYZ2dnXFxccHV1xc3NDXd3d5Ys"
        "WcLSpUtZtmwZy5cvZ8WKFaxcuZJVq1axevVqPDw88PT0ZM2aNaxdu5Z169bh5eWFt7c3Pj4++Pr64ufnh7+/"
        "PwEBAQQGBhIUFERwcDAhISGEhoayfv16NmzYQFhYGOHh4URERBAZGUlUVBTR0dFs3LiRmJgYYmNj2bRpE5s3"
        "b2bLli3ExcURHx9PQkICiYmJbN26lW3btpGUlMT27dvZsWMHO3fuJDk5mZSUFFJTU0lLSyM9PZ2MjAwyMzPJ"
        "ysoiOzubXbt2kZOTw+7du8nNzWXPnj3s3buXvLw88vPzKSgooLCwkKKiIvbt28f+/fs5cOAABw8e5NChQxw+"
        "fJgjR45w9OhRiouLOXbsGMePH+fEiROcPHmSkpISSktLOXXqFKdPn+bMmTOcPXuWc+fOUVZWxvnz57lw4QIX"
        "L16kvLycS5cucfnyZSoqKqisrKSqqorq6mquXLnC1atXqampoba2lrq6Oq5du0Z9fT0NDQ1cv36dGzducPPm"
        "TW7dusXt27e5c+cOd+/e5d69e9y/f58HDx7w8OFDHj16xOPHj3ny5AmNjY00NTXx9OlTnj17xvPnz3nx4gUv"
        "X77k1atXvH79mjdv3vD27VvevXtHc3Mz79+/58OHD3z8+JGWlhZaW1v59OkTbW1tfP78mS9fvtDe3k5HRwdf"
        "v37l27dvfP/+nR8/ftDZ2cnPnz/59evXnx/+r/wGLI2Zeg=="
    ),
    "AVIF": (
        "eNpjYGBQSCupLEgsy0xjAAIQnZuZZpibmZjm62joBBR6nZtaksgAAYoZKTlFUDZDQWZyCQMa4CvILMkFsxiB"
        "WC4zJz8ZxHEB8RkhoozCIIOAWCMzMy8NrlYKyEllgvISywwMnfNz8sF2ZWUWFBUAae/MguR8IC2SWVyQCrWP"
        "A4oFCjIrMkECzBwcID5PYpmhcyMDD0hIODk/pygvOacCaDIvA1sDUEg8syAX5iegw1gYmZpZgEzN3JTEEiEG"
        "Lg4Jjv0ZDW3NTkbCcsfbWyPv////6AADwwTTPus/028DAKRsOjk="
    ),
    "TIFF": (
        "eNrz9NRiMGBgYGgwYmVdISLEztri+DAgI0VNmrvdJUnQoiZMVazL9XHgjCdJttL9hx4ocDEwMDIzMAJ1cAAx"
        "IxKbCchmBtLrgJgZKs4KxGxQNhMQCzKywNWLQsVBesSQzBGHqtEAYhmoOAgzgOVBEAAkgBBy"
    ),
    "PSD": ("eNqzcAoIZmBkgABmIOYAYw4wGwloUAgqKAQnKAQACYVbPQ=="),
    "KRA": (
        "eNoL8GZmEWGAAEWGhR+YlwsDWSDMAcS5mbmpJZUFqYkFBTmZyYklmfl5+hW62UWZJYkBKBqfnuUR8QWyQJgfpDG1"
        "KD01JTM3MT1VryAvvTPAz52XS4oLKMPr6eESBDWeg4MJSHrnat4BUiKeLo4hFXOSr6ywONjAa5AoKrtFiEHmOWOF"
        "wT61iyBbPF39XNY5JTQFeDMyiTDjdjQMNDAyIHkBXRe6ixG6LDHdH+DNygaSZALCYiC9GawUAKy3PMA="
    ),
    "ORA": (
        "eNoL8GZmEWGAAEWG47M+9AgAWSDMAcS5mbmpJZUFqZm5iemp+vkFqXlFicUlqUUBKLqenuUR8QWyQJgfpCu1KD01"
        "BaxHryAvvTPAz52XS4oLKMPr6eESBDWbg4MJSHrnat4BUiKeLo4hFXOSr6ywONjAa5AoKrtFiEHmOWOFwT61iyBb"
        "PF39XNY5JTQFeDMyiTDjdjEMNDAyILkfXRe6ixG6zDDdH+DNygaSZALCYiC9AawUAG5aPOQ="
    ),
    "CLIP": (
        "eNrt289qE0EcB/CZpNZaiSlSiRWFOTUJzaHQixehm91pd9hku242hJzi2Ex1IdnQZFtzNN58Bx9AEDx5FvoIgkcv"
        "nryIz+BMk0ITPPQgCuX7YWZ/+2P+7R5/sGs39my36Xvk3O7PaST3bdf3XCW7s7xErsis4+NUztKeGqfDpBd3yT9g"
        "zm48rcWzdyHmPlXsaDDsy5TtkDVCKdllbDZ96dLSzEJOr3pmTvfsne8kf5bf0QEAAAAAAADg7wuyy4WtLdpO5fOe"
        "Gh33dLXbGanjE5UcLqZLdsitiLPIqtY4WxgsJbKvKjorT25nbhaKRTppnu9py+RUjoKhOo3Vq7kkO7ff3FCpE7Q6"
        "wmHCj/g+D1kQiroVtpnH28xqRgfC12vr3I8qrC7jRHQvZlaY6MsXypGpZNXaQbX8hC4XNjZo69KzTK+ZP5xemoZW"
        "3E1fMj1cK5vaXBf9AAAAAAAAAHCNmfqf5j8Q3QAAAAAAAADg/2vQG4RONjNvA38/t/pg1VTvwnVCHVdMXzEf6Hv9"
        "8jcd1oVjReN3h1/fPz57nduW9x59ukse/qDj7c+bX8xmgvvOx+qzN9P6/xfRDQAAAAAAAACuhTWaLd6a/2HB9b29"
        "wSC9mPEb1weT8g=="
    ),
    "JXL": ("eNr7z+XooMLBwsgQwuAt0S3KcEU8+cJR64ZmC1dWhnB+RkYAifsIHg=="),
    "HEIF": (
        "eNpjYGCQSSupLMhIzUxmAILczDRDEDs3MzGNgYGxJje1JJEBAhQzUnKKoGyGgszkEgY0oJSZkw82xMWBgREIgYBx"
        "AYQGAnMgVs7MzEsD80CiokBOKhOUl1GWbAhi8hVkluTClfzJLCgqANJ3MguS84F0KVCZMyMzSGgCWJHcB4Y/f3/8"
        "YGDgZ04A6pBwYORh/P8fpIAZpIIZhOR2MTkkAiU1nRgZ0WQWKDSyTnu1btazB4oLDjQwMPA0gIRbkoCq2VwYDxYf"
        "7ATaIZycn1OUl5xTARTlZWADKmEQySwuSIV6zAGKNZJzEkEO44C6HUz/////BJBmgtFALFCQWZEJ0sjMwQFSI5FZ"
        "kAsLY2CwsTYyMbO2ANn2uSmJoDA21mBcz2Yk1m7SqfBhf0z33/p7wf//39m62nRT1UP5BcnHn2yfMHHel/hqiaCn"
        "NiUKX+YE7zzbAADsp2nL"
    ),
}

FORMATS = tuple(_PACKED)
"""The formats, as Pillow calls them."""


def probe_picture(form: str) -> bytes:
    """Return the file of a format."""
    return zlib.decompress(base64.b64decode(_PACKED[form]))
