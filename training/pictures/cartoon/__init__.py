"""The western cartoon style: the same bodies and clothes under heads of another school."""
