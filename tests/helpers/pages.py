"""Reads pages strictly: what browsers mend in silence is a fault here."""

from html.entities import html5
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_BLOCKS = frozenset(
    {"div", "figure", "table", "ul", "ol", "p", "details", "h1", "h2", "h3", "nav", "section"}
)
_INSIDE = {
    "li": {"ul", "ol"},
    "tr": {"table", "thead", "tbody"},
    "td": {"tr"},
    "th": {"tr"},
    "figcaption": {"figure"},
    "summary": {"details"},
    "option": {"select"},
}
"""What may only stand directly in something else."""

_RAW = frozenset({"script", "style"})
_LINKS = ("href", "src", "xlink:href")


class StrictPage(HTMLParser):
    """A page's faults, links, ids and the texts of some elements."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.texts: list[tuple[str, str]] = []
        """Pieces of text with the element that they stand in."""
        self._open: list[str] = []
        self._path = path
        text = path.read_text("utf-8")
        if not text.startswith("<!doctype html>\n<html lang="):
            self._fault("it does not begin as a page in a language")
        self.feed(text)
        self.close()
        self._finish()

    def text_of(self, tag: str) -> str:
        """The text that stands directly in all elements of a kind."""
        return "".join(text for where, text in self.texts if where == tag)

    def handle_starttag(self, tag, attrs):
        self._begin(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._begin(tag, attrs)
        if tag not in VOID and "svg" not in self._open:
            self._fault(f"<{tag}/> closes itself")

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self._fault(f"</{tag}> ends {self._open[-1:]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        where = self._open[-1] if self._open else ""
        self.texts.append((where, data))
        if where not in _RAW and ("&" in data or "<" in data):
            self._fault(f"{data[:40]!r} is not escaped")

    def handle_entityref(self, name):
        if f"{name};" not in html5:
            self._fault(f"&{name}; is nothing")
        self.texts.append((self._open[-1], html5.get(f"{name};", "")))

    def handle_charref(self, name):
        number = int(name[1:], 16) if name[:1] in "xX" else int(name)
        self.texts.append((self._open[-1], chr(number)))

    def _begin(self, tag, attrs):
        names = [name for name, _ in attrs]
        known = dict(attrs)
        if len(set(names)) < len(names):
            self._fault(f"<{tag}> says something twice")
        if "p" in self._open and tag in _BLOCKS:
            self._fault(f"<{tag}> stands in a <p>")
        if self._open[-1:] and self._open[-1] not in _INSIDE.get(tag, {self._open[-1]}):
            self._fault(f"<{tag}> stands in <{self._open[-1]}>")
        if tag == "img" and not (known.get("alt") and known.get("src")):
            self._fault("a picture without a source or words for it")
        if any(name.startswith("on") for name in names):
            self._fault(f"<{tag}> runs something")
        self.ids += [known["id"]] if "id" in known else []
        self.links += [known[name] for name in _LINKS if name in known]

    def _finish(self):
        if self._open:
            self._fault(f"never closed: {self._open}")
        if not self.text_of("title").strip():
            self._fault("it has no title")
        twice = sorted({one for one in self.ids if self.ids.count(one) > 1})
        if twice:
            self._fault(f"several are called {twice}")
        for link in self.links:
            self._check(link)

    def _check(self, link):
        parts = urlsplit(link)
        if parts.scheme == "data":
            return
        if parts.scheme or parts.netloc:
            self._fault(f"{link} leads out")
        elif parts.path and not (self._path.parent / unquote(parts.path)).is_file():
            self._fault(f"{link} is not there")
        elif not parts.path and parts.fragment not in self.ids:
            self._fault(f"#{parts.fragment} is not there")

    def _fault(self, words):
        line, column = self.getpos()
        self.faults.append(f"line {line}, {column}: {words}")
