"""Names that come from anybody, made fit for pages, tables and plots."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 400


def legible(text: str, most: int = LONGEST) -> str:
    """Return a text of one line, without what cannot be seen or encoded, cut to a length."""
    whole = text[:most].encode("utf-8", "replace").decode("utf-8")
    shown = "".join(letter if letter.isprintable() else "�" for letter in whole)
    return shown if len(text) <= most else shown[: most - 1] + "…"


def cell(value: object) -> object:
    """Return what a table's cell holds: a spreadsheet takes no text for a formula."""
    if not isinstance(value, str):
        return value
    shown = legible(value)
    return f"'{shown}" if shown.startswith(FORMULA) else shown
