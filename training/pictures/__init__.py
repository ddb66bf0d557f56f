"""The picture maker: draws anime-style pictures from exact attributes and says their tags.

A ``PictureSpec`` (module ``spec``) holds every attribute as plain values, ``drawing.draw``
turns it into pixels, and ``tagging.tags_of`` is the one place that turns it into tags.
Everything follows from seeds: the same spec gives the same bytes.
"""
