"""The whole system: what is trained, how it becomes a package, what the app does with it."""

from training.diagrams.shapes import Box, Diagram, Frame, arrow, chain

_STEPS = (
    Box(32, 72, 160, 64, "Labelled pictures", ("drawn, or your own",), "input"),
    Box(216, 72, 160, 64, "train", ("one loop, three tasks",)),
    Box(400, 72, 160, 64, "Best weights", ("safetensors",), "learnt"),
    Box(584, 72, 160, 64, "export", ("ONNX, proved alike",)),
    Box(768, 72, 160, 64, "calibrate", ("thresholds, measures",)),
    Box(952, 72, 160, 64, "package", ("one folder",)),
)
_OTHERS = Box(72, 240, 200, 72, "Other taggers", ("WD, PixAI, Camie,", "JoyTag …"), "input")
_CHECKS = Box(344, 240, 200, 72, "anitag models add", ("hashes, shapes,", "known answers"))
_FILES = ("model.onnx, anitag-model.json,", "labels, thresholds, card")
_FOLDER = Box(840, 240, 248, 72, "Model folder", _FILES, "learnt")
_YOURS = Box(72, 368, 200, 72, "Your folders", ("watched, never changed",), "input")
_RUNS = ("a process of its own:", "decodes once, runs models")
_RECOGNISER = Box(344, 368, 200, 72, "Recogniser", _RUNS)
_INDEX = Box(616, 368, 200, 72, "index.db", ("scores, vectors,", "what each picture has"), "kept")
_SEARCH = Box(888, 368, 200, 72, "Search", ("bitmaps in memory,", "likeness, duplicates"))
_EXPORT = Box(344, 496, 200, 72, "anitag export", ("captions (.txt)", "or JSON"))
_WORD = ("your word: confirmed,", "added, rejected")
_LIBRARY = Box(616, 496, 200, 72, "library.db", _WORD, "kept")
_YOU = Box(888, 496, 200, 72, "You", ("window, command line",), "person")

SYSTEM = Diagram(
    name="system",
    title="The system",
    description="Training: labelled pictures are trained on, the best weights exported, calibrated "
    "and packaged into a model folder. The application checks that folder, runs it over your "
    "folders, keeps scores in index.db and your corrections in library.db, and searches both. "
    "Captions can be exported and trained on.",
    width=1144,
    height=608,
    frames=(
        Frame(16, 24, 1112, 136, "python -m training (torch)"),
        Frame(16, 184, 1112, 408, "anitag: the application (no torch)", inset=56),
    ),
    boxes=(
        *(*_STEPS, _OTHERS, _CHECKS, _FOLDER, _YOURS, _RECOGNISER, _INDEX, _SEARCH),
        *(_EXPORT, _LIBRARY, _YOU),
    ),
    arrows=(
        *chain(*_STEPS),
        arrow(_STEPS[-1].bottom(), (_STEPS[-1].bottom()[0], _FOLDER.y)),
        arrow(_OTHERS.right(), _CHECKS.left()),
        arrow(_FOLDER.left(), _CHECKS.right()),
        arrow(_CHECKS.bottom(), _RECOGNISER.top()),
        *chain(_YOURS, _RECOGNISER, _INDEX, _SEARCH),
        arrow(_SEARCH.bottom(), _YOU.top()),
        arrow(_YOU.left(), _LIBRARY.right()),
        arrow(_LIBRARY.top(), _INDEX.bottom()),
        arrow(_LIBRARY.left(), _EXPORT.right()),
        arrow(_EXPORT.left(), (44, _EXPORT.left()[1]), (44, _STEPS[0].bottom()[1]), dashed=True),
    ),
)
