"""Learning from the user's word: arithmetic on vectors and scores that are already there.

Nothing in here reads a picture, a database or a model; numpy and scipy do the work, torch is not
needed. ``services`` gathers what is known, ``storage`` keeps what was learnt.
"""
