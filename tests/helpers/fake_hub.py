"""A model hub on this machine that keeps to the real one's protocol, and misbehaves as told.

A behaviour is a function of a ``Request``; it answers, or returns False to let the hub answer.
Those in ``hub.behaviours[path]`` meet one GET of that path each, the last one all that follow.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: "FakeHub"

    def log_message(self, *_words) -> None:
        pass

    def answer(self, code: int, body: bytes = b"", *, length: int | None = None, **headers) -> None:
        """Send an answer; its length may be a lie. The connection is closed after it."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_GET(self) -> None:
        path = unquote(self.path.split("?")[0])
        self.hub.log.append((path, dict(self.headers)))
        waiting = self.hub.behaviours.get(path, [])
        behaviour = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else None
        try:
            if behaviour is None or behaviour(self) is False:
                self._serve(path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _serve(self, path: str) -> None:
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/(\w+)", path):
            self._list(found[1])
        elif found := re.fullmatch(r"(?:/cdn)?/([^/]+/[^/]+)/resolve/(\w+)/(.+)", path):
            self._send_file(found[1], found[3], path)
        else:
            self.answer(404)

    def _list(self, repository: str) -> None:
        files = self.hub.files.get(repository)
        if files is None:
            self.answer(401, b"{}", X_Error_Code="RepoNotFound")
            return
        siblings = [_sibling(name, content) for name, content in files.items()]
        body = {"id": repository, "sha": self.hub.commit, "siblings": siblings}
        self.answer(200, json.dumps(body).encode(), Content_Type="application/json")

    def _send_file(self, repository: str, name: str, path: str) -> None:
        content = self.hub.files.get(repository, {}).get(name)
        if content is None:
            self.answer(404, X_Error_Code="EntryNotFound")
        elif name.endswith(".onnx") and not path.startswith("/cdn"):
            self.answer(302, Location=f"/cdn{path}")  # as large files are handed out
        else:
            self.send_content(content)

    def send_content(self, content: bytes, **headers) -> None:
        """Send a file or the part of it that is asked for."""
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"ETag": tag, "Content_Type": "application/octet-stream"} | headers
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        is_same = self.headers.get("If-Range", tag) == tag
        if not asked or not is_same:
            self.answer(200, content, **headers)
        elif (start := int(asked[1])) >= len(content):
            self.answer(416, Content_Range=f"bytes */{len(content)}")
        else:
            place = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.answer(206, content[start:], **{"Content_Range": place} | headers)


class FakeHub:
    """Serves ``files[repository][path]``; use it as a context."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self.behaviours: dict[str, list[Callable[[Request], bool | None]]] = {}
        self.log: list[tuple[str, dict[str, str]]] = []
        self.commit = COMMIT
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("R", (Request,), {"hub": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> "FakeHub":
        self._thread.start()
        return self

    def __exit__(self, *_failure) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def misbehave(self, path: str, *behaviours: Callable[[Request], bool | None]) -> None:
        self.behaviours[path] = list(behaviours)

    def asked(self, word: str) -> list[dict[str, str]]:
        """Return the headers of every request whose path holds a word."""
        return [headers for path, headers in self.log if word in path]


def usual(_request: Request) -> bool:
    """Let the hub answer as usual."""
    return False


def answering(code: int, body: bytes = b"", **headers) -> Callable[[Request], None]:
    return lambda request: request.answer(code, body, **headers)


def _sibling(name: str, content: bytes) -> dict:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    found = {"rfilename": name, "size": len(content), "blobId": blob}
    if name.endswith(".onnx"):
        found["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return found
