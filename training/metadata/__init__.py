"""Danbooru's metadata as files of JSON lines: filtered and counted, whatever their size."""
