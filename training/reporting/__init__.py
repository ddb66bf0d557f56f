"""One HTML page about a run: curves, answers, tables, worst cases."""
