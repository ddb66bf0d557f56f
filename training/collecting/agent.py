"""What this program calls itself when it asks servers: what it is, and who runs it."""

from anitag_desktop import __version__


def agent_name(who: str = "") -> str:
    """Return the ``User-Agent``; ``who`` says whom to turn to, such as a user of the site."""
    told = "".join(letter for letter in who if letter.isascii() and letter.isprintable())[:100]
    return f"anitag/{__version__} (collecting training pictures{'; ' + told if told else ''})"
