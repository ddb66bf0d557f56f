"""What demo.py does: a page on this machine that recognises a picture and tags it."""

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import demo_parser, parse

if TYPE_CHECKING:
    from training.animesion.inferring import Looking

ADDRESS = "127.0.0.1"
LARGEST_UPLOAD = 32 * 2**20
TOP = 5
PATIENCE = 5.0
"""So many seconds a browser may say nothing: some open connections that they never use."""
PAGE = """<!doctype html><meta charset="utf-8"><title>anitag: who is it?</title>
<style>body{font:16px sans-serif;max-width:40em;margin:2em auto}img{max-width:100%}</style>
<h1>Who is it?</h1><input type="file" id="file" accept="image/*"><p><img id="shown"></p>
<pre id="answer"></pre><script>
file.onchange = async () => {
  const chosen = file.files[0]; if (!chosen) return;
  shown.src = URL.createObjectURL(chosen);
  answer.textContent = "…";
  const reply = await (await fetch("look", {method: "POST", body: chosen})).json();
  const lines = (reply.classes || []).map(c => (100 * c.share).toFixed(1) + " %  " + c.name);
  const tags = (reply.tags || []).map(t => t.name).join(", ");
  answer.textContent = reply.error || lines.concat(tags ? ["", tags] : []).join("\\n");
};
</script>"""


def serve(arguments: Sequence[str]) -> int:
    """Serve the page until Ctrl+C; nothing leaves this machine."""
    from training.animesion.inferring import Looking, open_for_looking

    args = parse(demo_parser(), arguments)
    task, config = open_for_looking(args)
    with make_server(Looking(task, config), args.port) as server:
        print(f"http://{ADDRESS}:{server.server_port}/  (Ctrl+C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def make_server(look: "Looking", port: int) -> ThreadingHTTPServer:
    """Return a server that answers on this machine only (port 0: any free one)."""
    return _Server((ADDRESS, port), partial(_Page, look, Lock()))


class _Server(ThreadingHTTPServer):
    """Ends what it answers before it closes: a thread that torch still works in fells the exit."""

    daemon_threads = False


class _Page(BaseHTTPRequestHandler):
    """The page, and ``/look``, which takes a picture's bytes and answers with JSON."""

    timeout = PATIENCE

    def __init__(self, look: "Looking", one_at_a_time: Lock, *args: object) -> None:
        self._look, self._one_at_a_time = look, one_at_a_time
        super().__init__(*args)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send the page."""
        if self.path == "/":
            self._send(200, "text/html; charset=utf-8", PAGE.encode())
        else:
            self._send(404, "text/plain", b"not here")

    def do_POST(self) -> None:
        """Look at a picture."""
        told = self.headers.get("Content-Length") or ""
        length = int(told) if told.isascii() and told.isdigit() else 0
        if self.path != "/look" or not 0 < length <= LARGEST_UPLOAD:
            self._send(400, "text/plain", b"a picture of at most 32 MB is expected")
            return
        answer = self._answer(self.rfile.read(length))
        self._send(200, "application/json", json.dumps(answer).encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing of requests."""

    def _answer(self, content: bytes) -> dict[str, object]:
        with tempfile.TemporaryDirectory() as folder, self._one_at_a_time:
            path = Path(folder) / "picture"
            path.write_bytes(content)
            try:
                shares, tags = self._look.look(path)
            except AnitagError as error:
                return {"error": str(error)}
        names = self._look.task.collection.classes
        best = shares.topk(min(TOP, len(names)))
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return {
            "classes": [{"id": i, "name": names[i], "share": share} for i, share in pairs],
            "tags": [{"name": name, "share": share} for name, share in tags],
        }

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", "default-src 'self' 'unsafe-inline' blob:")
        self.end_headers()
        self.wfile.write(content)
