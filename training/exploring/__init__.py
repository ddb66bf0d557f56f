"""Looks at sets of pictures: numbers, plots, sheets, films, maps, as files and as one page."""
