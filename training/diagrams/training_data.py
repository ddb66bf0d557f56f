"""How data flow while a network is trained."""

from training.diagrams.shapes import Box, Diagram, Frame, arrow, chain, elbow


def _box(column: int, y: float, title: str, lines: tuple[str, ...], kind: str = "work") -> Box:
    return Box(48 + 200 * column, y, 168, 72, title, lines, kind)


_SETS = _box(0, 32, "Sets", ("in seven layouts,", "read as they lie"), "input")
_ROWS = _box(1, 32, "Rows", ("checked; what is", "broken is named"))
_GROUPS = _box(2, 32, "Groups", ("near-duplicates", "stay together"))
_PARTS = _box(3, 32, "Parts", ("training, validation,", "test; vocabulary"))
_RUN = _box(4, 32, "Run folder", ("settings, parts,", "log, weights"), "kept")
_ORDER = _box(0, 200, "Order", ("follows from", "seed and step"))
_VIEWS = _box(1, 200, "Views", ("varied each time:", "crop, flip, jitter …"))
_BATCH = _box(2, 200, "Batch", ("mixup, CutMix;", "in parts if need be"))
_TARGETS = _box(3, 200, "Targets", ("what is not known", "is masked"))
_NETWORK = _box(4, 200, "Network", ("backbone and head,", "or picture and tags"), "learnt")
_LOSS = _box(4, 312, "Loss", ("sums, divided over", "all processes"))
_STEP = _box(3, 312, "Step", ("optimiser, pace,", "running average"))
_SAVED = _box(2, 312, "Checkpoint", ("killed and resumed:", "the same weights"), "kept")
_SEEN = _box(0, 480, "Pictures", ("decoded and scaled", "by the app's code"), "input")
_JUDGED = _box(1, 480, "Network", ("averaged weights",), "learnt")
_MEASURES = _box(2, 480, "Measures", ("every picture once,", "with intervals"))
_BEST = _box(3, 480, "best/", ("validation chooses,", "test never does"), "kept")
_AFTER = _box(4, 480, "Afterwards", ("measure, report,", "calibrate, export"))

TRAINING_DATA = Diagram(
    name="training-data",
    title="How data flow in training",
    description="Sets are read, near-duplicates grouped, and divided into parts. Training pictures "
    "are varied, batched and learnt from; validation and test pictures are seen as the "
    "application sees them. Validation chooses the best weights, test measures them.",
    width=1064,
    height=592,
    frames=(
        Frame(32, 152, 1000, 256, "Training part"),
        Frame(32, 432, 1000, 144, "Validation and test parts"),
    ),
    boxes=(
        *(_SETS, _ROWS, _GROUPS, _PARTS, _RUN, _ORDER, _VIEWS, _BATCH, _TARGETS, _NETWORK),
        *(_LOSS, _STEP, _SAVED, _SEEN, _JUDGED, _MEASURES, _BEST, _AFTER),
    ),
    arrows=(
        *chain(_SETS, _ROWS, _GROUPS, _PARTS, _RUN),
        elbow(_PARTS.bottom(), 128, _ORDER.top(0.75)),
        arrow(
            *(_PARTS.bottom(), (_PARTS.bottom()[0], 128)),
            *((16, 128), (16, _SEEN.left()[1]), _SEEN.left()),
        ),
        *chain(_ORDER, _VIEWS, _BATCH, _TARGETS, _NETWORK),
        arrow(_NETWORK.bottom(0.75), _LOSS.top(0.75)),
        arrow(_LOSS.left(), _STEP.right()),
        elbow(_STEP.top(), 292, _NETWORK.bottom(0.25)),
        arrow(_STEP.left(), _SAVED.right()),
        elbow(_STEP.bottom(), 420, _JUDGED.top()),
        *chain(_SEEN, _JUDGED, _MEASURES, _BEST, _AFTER),
    ),
)
