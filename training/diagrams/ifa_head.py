"""The head of animesion: intermediate features aggregation."""

from training.diagrams.shapes import Box, Diagram, Frame, Note, arrow, chain

_COLUMNS = tuple(328 + 104 * i for i in range(4))

_PICTURE = Box(32, 88, 104, 64, "Picture", ("S by S pixels",), "input")
_TOKENS = Box(160, 88, 120, 64, "Tokens", ("patches + class",))
_BLOCKS = tuple(
    Box(x, 88, 80, 64, title, (), "learnt")
    for x, title in zip(_COLUMNS, ("Block 1", "Block 2", "· · ·", "Block L"), strict=True)
)
_VECTORS = tuple(
    Box(x, 216, 80, 56, title, (), "kept", cells=cells)
    for x, title, cells in zip(_COLUMNS, ("z_1", "z_2", "· · ·", "z_L"), (1, 1, 0, 1), strict=True)
)
_STACK = Box(328, 320, 392, 64, "Z", ("L by D: the class token after every block",), "kept")
_SUM = ("one weight a block and one b: L + 1 numbers",)
_WEIGHED = Box(328, 432, 392, 72, "ReLU(Z w + b)", _SUM, "learnt")
_HEAD = Box(784, 432, 152, 72, "Norm, linear", ("from D to C classes",), "learnt")
_PLAIN = Box(784, 88, 152, 64, "Plain head", ("norm, linear",), dashed=True)
_DIFFER = ("blocks d apart are rewarded", "for saying other things")
_EXCLUSION = Box(32, 208, 248, 72, "Exclusion loss", _DIFFER, dashed=True)
_WHY = (
    "The plain head hears only the last",
    "block. IFA hears every block, and",
    "learns how much to trust each.",
)

IFA_HEAD = Diagram(
    name="ifa-head",
    title="The IFA head",
    description="A picture becomes tokens, which pass L blocks. The class token after each block "
    "is kept; all of them are weighed by one learnt number a block, and a norm and a linear layer "
    "give the classes. The plain head hears the last block only.",
    width=968,
    height=536,
    frames=(Frame(304, 40, 440, 128, "Transformer"),),
    boxes=(_PICTURE, _TOKENS, *_BLOCKS, *_VECTORS, _STACK, _WEIGHED, _HEAD, _PLAIN, _EXCLUSION),
    arrows=(
        *chain(_PICTURE, _TOKENS, *_BLOCKS),
        arrow(_BLOCKS[-1].right(), _PLAIN.left(), dashed=True),
        *(arrow(block.bottom(), z.top()) for block, z in zip(_BLOCKS, _VECTORS, strict=True)),
        *(arrow(z.bottom(), (z.bottom()[0], _STACK.y)) for z in _VECTORS),
        arrow(_VECTORS[0].left(), _EXCLUSION.right(), dashed=True),
        arrow(_STACK.bottom(), _WEIGHED.top()),
        arrow(_WEIGHED.right(), _HEAD.left()),
    ),
    notes=(
        Note(32, 451, _WHY),
        Note(784, 174, ("dashed: instead,", "or if asked for")),
    ),
)
