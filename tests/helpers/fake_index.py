"""A package index on this machine with tiny wheels, which misbehaves as told.

A behaviour is a function of the request's handler; it answers in place of the index. Those in
``index.behaviours[file name]`` meet one request each, the last one all that follow.
"""

import base64
import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

VERSION = "9.9.9"

RUNTIME = '''
"""An ONNX Runtime that is the real one, but says that it has a GPU; faults come by environment."""
import os, sys, time
_fault = os.environ.get("ANITAG_FAKE_RUNTIME", "")
if _fault == "import":
    raise ImportError("libcublas.so.13: cannot open shared object file")
_here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:] = [path for path in sys.path if os.path.abspath(path) != _here]
del sys.modules["onnxruntime"]
import onnxruntime as real
real.package_name, real.__version__ = "onnxruntime-gpu", "9.9.9"
real.get_available_providers = lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
real.preload_dlls = lambda: None

class InferenceSession(real.InferenceSession):
    def __init__(self, model, options, providers, **words):
        first = providers[0][0]
        if first != "CPUExecutionProvider" and _fault == "crash":
            import ctypes
            ctypes.string_at(0)
        if first != "CPUExecutionProvider" and _fault == "driver":
            raise RuntimeError(
                "CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version"
            )
        self._first = "CPUExecutionProvider" if _fault == "silent" else first
        super().__init__(model, options, ["CPUExecutionProvider"])

    def get_providers(self):
        return list(dict.fromkeys([self._first, "CPUExecutionProvider"]))

    def run(self, *words):
        is_slow = _fault == "slow"
        if is_slow == (self._first != "CPUExecutionProvider"):
            time.sleep(0.03)
        return super().run(*words)

real.InferenceSession = InferenceSession
'''


class Request(BaseHTTPRequestHandler):
    index: "FakeIndex"

    def log_message(self, *_words) -> None:
        pass

    def answer(self, code: int, body: bytes, kind: str, length: int | None = None) -> None:
        """Send an answer, whose length may be a lie."""
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        name = unquote(self.path).rstrip("/").rpartition("/")[2]
        self.index.log.append(name)
        waiting = self.index.behaviours.get(name, [])
        behaviour = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else None
        try:
            (behaviour or Request.serve)(self, name)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def serve(self, name: str) -> None:
        if name in self.index.files:
            self.answer(200, self.index.files[name], "application/octet-stream")
        elif found := [file for file in self.index.files if _project(file) == name]:
            links = "".join(f'<a href="/files/{file}">{file}</a>' for file in found)
            self.answer(200, f"<!DOCTYPE html><body>{links}</body>".encode(), "text/html")
        else:
            self.answer(404, b"nothing", "text/plain")


Behaviour = Callable[[Request, str], None]


class FakeIndex:
    """``files`` are served by their names; ``log`` has what was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.behaviours: dict[str, list[Behaviour]] = {}
        self.log: list[str] = []
        self.going_on = threading.Event()
        handler = type("OfThisIndex", (Request,), {"index": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple"

    def add(
        self, name: str, files: dict[str, str | bytes], requires: Sequence[str] = ("not-there",)
    ) -> str:
        """Serve a wheel with these files; return its file name."""
        file = f"{name.replace('-', '_')}-{VERSION}-py3-none-any.whl"
        self.files[file] = build_wheel(name, files, requires)
        return file

    def catalogue(self, path: Path, system: str, machine: str, least_driver: str = "") -> Path:
        """Write a catalogue of one runtime with everything that is served."""
        lines = [
            'seen = "2026-01-01"',
            *("[[runtime]]", 'id = "cuda"', 'title = "ONNX Runtime for tests"'),
            *('provider = "CUDAExecutionProvider"', 'vendors = ["nvidia"]'),
            *(f'system = "{system}"', f'machine = "{machine}"'),
            f'least_driver = "{least_driver}"',
        ]
        for file, content in self.files.items():
            lines += [
                *("[[runtime.wheel]]", f'name = "{_project(file)}"', f'version = "{VERSION}"'),
                *('python = "any"', f"bytes = {len(content)}"),
                f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
            ]
        path.write_text("\n".join(lines))
        return path

    def close(self) -> None:
        """Stop, also those answers that hang."""
        self.going_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def build_wheel(
    name: str, files: dict[str, str | bytes], requires: Sequence[str] = ("not-there",)
) -> bytes:
    """Return a wheel for every Python and system."""
    folder = f"{name.replace('-', '_')}-{VERSION}.dist-info"
    contents = {path: c.encode() if isinstance(c, str) else c for path, c in files.items()}
    contents[f"{folder}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {VERSION}\n"
        + "".join(f"Requires-Dist: {one}\n" for one in requires)
    ).encode()
    contents[f"{folder}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = [f"{path},{_record(content)},{len(content)}" for path, content in contents.items()]
    contents[f"{folder}/RECORD"] = "\n".join([*record, f"{folder}/RECORD,,", ""]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return packed.getvalue()


def absent(request: Request, _name: str) -> None:
    """Say that there is no such file."""
    request.answer(404, b"no", "text/plain")


def failing(request: Request, _name: str) -> None:
    """Say that it may pass."""
    request.answer(503, b"later", "text/plain")


def another(request: Request, name: str) -> None:
    """Send a file of the same length with another content."""
    content = bytearray(request.index.files[name])
    content[len(content) // 2] ^= 1
    request.answer(200, bytes(content), "application/octet-stream")


def cut_off(request: Request, name: str) -> None:
    """Hang up in the middle."""
    content = request.index.files[name]
    request.answer(200, content[: len(content) // 2], "application/octet-stream", len(content))
    request.close_connection = True


def hanging(request: Request, name: str) -> None:
    """Send the beginning, then nothing until the index closes."""
    content = request.index.files[name]
    request.answer(200, content[:10], "application/octet-stream", len(content))
    request.wfile.flush()
    request.index.going_on.wait()
    request.close_connection = True


def endless(request: Request, _name: str) -> None:
    """Send and send."""
    request.send_response(200)
    request.end_headers()
    while not request.index.going_on.is_set():
        request.wfile.write(b"x" * (1 << 20))


def _project(file: str) -> str:
    return file.partition("-")[0].replace("_", "-")


def _record(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"
