"""The diagrams of the documents, drawn as SVG by ``python -m training diagrams``."""
