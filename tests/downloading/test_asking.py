"""Encrypted connections, proxies, and whom a connection reaches, with a server on this machine."""

import base64
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from select import select
from socket import create_connection, getaddrinfo

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.asking import Client
from anitag_desktop.downloading.connecting import HiccupError
from anitag_desktop.downloading.reach import Reach

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not shutil.which("openssl"), reason="no certificate can be made here"),
]


class Site(BaseHTTPRequestHandler):
    location = ""

    def log_message(self, *_words):
        pass

    def do_GET(self):
        self.server.seen.append(dict(self.headers))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", self.server.location)
        else:
            self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")


class Proxy(BaseHTTPRequestHandler):
    def log_message(self, *_words):
        pass

    def do_CONNECT(self):
        self.server.seen.append((self.path, self.headers.get("Proxy-Authorization")))
        # Whatever is asked for, it leads to the one site that there is.
        with create_connection(("127.0.0.1", self.server.site)) as far:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            pair = {self.connection: far, far: self.connection}
            while ready := select(list(pair), [], [], 2)[0]:
                for one in ready:
                    if not (content := one.recv(65536)):
                        return
                    pair[one].sendall(content)


class Running:
    def __init__(self, handler, certificate=None):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.seen = []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def __enter__(self):
        self.thread.start()
        return self.server

    def __exit__(self, *_failure):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    names = "subjectAltName=DNS:localhost,DNS:huggingface.co,DNS:cdn.hf.co"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", names]
    files = [str(folder / "site.pem"), str(folder / "site.key")]
    subprocess.run(
        [*command, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True
    )
    return files


@pytest.fixture
def site(certificate, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Running(Site, certificate) as server:
        server.handle_error = lambda *_who: None
        yield server


def lead_here(monkeypatch):
    """Let every name lead to this machine."""
    real = getaddrinfo
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda _host, *rest, **more: real("127.0.0.1", *rest, **more)
    )


def client(url: str, token: str = "") -> Client:
    return Client(Reach.of(url), 3.0, token)


def test_certificates_are_looked_at(site, certificate, monkeypatch):
    here = client(f"https://localhost:{site.server_port}", "hf_secret")
    with pytest.raises(HiccupError, match="certificate is not valid"):
        here.ask("/x")
    assert site.seen == []
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    answer = here.ask("/x")
    assert (answer.status, answer.read(), answer.read()) == (200, b"hi", b"")
    answer.close()
    assert site.seen[0]["Authorization"] == "Bearer hf_secret"


def test_redirect_that_leads_into_the_house_is_noticed_before_a_word_is_said(
    site, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    site.location = f"https://cdn.hf.co:{site.server_port}/x"
    lead_here(monkeypatch)
    here = client(f"https://localhost:{site.server_port}")
    with pytest.raises(AnitagError, match=r"a private address for cdn.hf.co"):
        here.ask("/away")
    assert len(site.seen) == 1


def test_token_stays_with_the_endpoint(site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    monkeypatch.setattr("anitag_desktop.downloading.asking.is_public", lambda _address: True)
    lead_here(monkeypatch)
    site.location = f"https://cdn.hf.co:{site.server_port}/x"
    client(f"https://localhost:{site.server_port}", "hf_secret").ask("/away").close()
    assert [headers.get("Authorization") for headers in site.seen] == ["Bearer hf_secret", None]


def test_proxies(site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with Running(Proxy) as proxy:
        proxy.site = site.server_port
        monkeypatch.setenv("https_proxy", f"http://mio:pa%20ss@127.0.0.1:{proxy.server_port}")
        client("https://huggingface.co", "hf_secret").ask("/x").close()
        pair = base64.b64encode(b"mio:pa ss").decode()
        assert proxy.seen == [("huggingface.co:443", f"Basic {pair}")]
        assert site.seen[0]["Host"] == "huggingface.co"
        assert "Proxy-Authorization" not in site.seen[0]
        monkeypatch.setenv("no_proxy", "localhost")
        client(f"https://localhost:{site.server_port}").ask("/x").close()
        assert len(proxy.seen) == 1


def test_proxies_of_another_kind_are_refused(monkeypatch):
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(AnitagError, match="a proxy of the kind socks5"):
        client("https://huggingface.co").ask("/x")


def test_token_is_not_said_by_what_holds_it():
    assert "hf_secret" not in repr(client("https://huggingface.co", "hf_secret"))
