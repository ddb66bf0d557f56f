"""Runs an exported model on picture files, exactly as the app will: through ONNX Runtime."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.preprocessing import OWN, read_prepared
from training.views.preparation import Preparation

BATCH = 16

Matrix = NDArray[np.float32]


class ExportedModel:
    """An ONNX file with one input and the outputs ``probabilities`` and ``embedding``."""

    def __init__(self, path: Path, threads: int = 1, preparation: Preparation = OWN) -> None:
        self._preparation = preparation
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0]

    @property
    def size(self) -> int:
        """The side of the square input in pixels."""
        return int(self._input.shape[2])

    @property
    def width(self) -> int:
        """The length of the embedding."""
        return int(self._session.get_outputs()[1].shape[1])

    def run(self, images: Matrix) -> tuple[Matrix, Matrix]:
        """Return probabilities and embeddings of a batch (B x 3 x S x S, preprocessed)."""
        outputs = self._session.run(["probabilities", "embedding"], {self._input.name: images})
        return np.asarray(outputs[0]), np.asarray(outputs[1])

    def run_files(self, paths: Sequence[Path]) -> tuple[Matrix, Matrix]:
        """Return probabilities and embeddings of picture files, in their order."""
        parts = [self.run(batch) for batch in self._batches(paths)]
        return np.concatenate([p for p, _ in parts]), np.concatenate([e for _, e in parts])

    def _batches(self, paths: Sequence[Path]) -> Iterator[Matrix]:
        for start in range(0, len(paths), BATCH):
            yield np.stack(
                [
                    read_prepared(path, self._preparation, self.size)
                    for path in paths[start : start + BATCH]
                ]
            )
