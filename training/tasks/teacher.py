"""A trained network that another one learns from."""

from collections.abc import Sequence

import torch
from torch.nn import functional

from anitag_desktop.domain.error import AnitagError
from training.config import Config
from training.expanding import expanded
from training.losses.distillation import shares_apart, tags_apart
from training.networks.loading import load_weights
from training.networks.making import make_network
from training.run_folder import RunFolder
from training.starting import read_weights
from training.views.preparation import Preparation, preparation_of

APART = {"recognition": shares_apart, "tagging": tags_apart}


class Teacher:
    """The best network of another run; it says what it knows of the names that both know."""

    def __init__(self, config: Config, names: Sequence[str], preparation: Preparation) -> None:
        self._config, self._apart = config.distillation, APART[config.task.name]
        run = RunFolder.open(expanded(config.distillation.teacher, "the teacher"))
        own = run.config()
        known = {name: i for i, name in enumerate(run.label_names())}
        pairs = [(i, known[name]) for i, name in enumerate(names) if name in known]
        if own.task.name != config.task.name or not pairs:
            reason = "distillation.teacher has learnt another task or none of these names"
            raise AnitagError("bad_config", path=run.path, reason=reason)
        self.common = len(pairs)
        self._places, self._own_places = (torch.tensor(side) for side in zip(*pairs, strict=True))
        self._network = make_network(own.network, len(known), pretrained=False)
        load_weights(self._network, read_weights(run.path), "strict")
        self._network.eval().requires_grad_(False)
        self._size = own.network.size
        self._seen, self._wanted = preparation, preparation_of(own.network)

    def to(self, device: torch.device) -> None:
        """Go where the student is."""
        self._network.to(device)
        self._places, self._own_places = self._places.to(device), self._own_places.to(device)

    def loss(
        self, images: torch.Tensor, logits: torch.Tensor, known: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Return how far a student is from it, summed over the pictures and weighed.

        ``images`` are normalised for the student (B x 3 x S x S), ``logits`` are what it said.
        ``known`` (B x tags) tells which tags it is not asked of, if the config wants that.
        """
        with torch.no_grad():
            told = self._network(self._as_wanted(images))[0][:, self._own_places]
        said, temperature = logits[:, self._places], self._config.temperature
        if known is None or not self._config.unknown_only:
            return self._config.weight * self._apart(said, told, temperature)
        return self._config.weight * tags_apart(said, told, temperature, 1 - known[:, self._places])

    def _as_wanted(self, images: torch.Tensor) -> torch.Tensor:
        """Return pictures in the teacher's size and normalisation."""
        if images.shape[-1] != self._size:
            images = functional.interpolate(
                images, size=self._size, mode="bilinear", antialias=True, align_corners=False
            )
        seen, wanted = self._seen, self._wanted
        if (seen.mean, seen.std) == (wanted.mean, wanted.std):
            return images
        means, deviations, others, scales = (
            images.new_tensor(values)[:, None, None]
            for values in (seen.mean, seen.std, wanted.mean, wanted.std)
        )
        return (images * deviations + means - others) / scales


def make_teacher(config: Config, names: Sequence[str], preparation: Preparation) -> Teacher | None:
    """Return the teacher that a config names, None if it names none.

    Raises:
        AnitagError: ``no_such_file``, ``bad_checkpoint``, or ``bad_config`` when it cannot teach
            these names.
    """
    return Teacher(config, names, preparation) if config.distillation.teacher else None
