"""Turns animesion's flags into the settings of this trainer."""

import argparse
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import DEFAULT_LENGTH, NONE
from training.config import Config, config_from

PICKLES = frozenset({".ckpt", ".pth", ".pt", ".bin"})
"""Animesion's own checkpoints; this project writes none."""

BACKBONES = {
    "shallow": "shallow",
    "resnet18": "resnet18.tv_in1k",
    "resnet50": "resnet50.tv_in1k",
    "resnet152": "resnet152.tv_in1k",
    "efficientnetb0": "tf_efficientnet_b0.aa_in1k",
    "B_16": "vit_base_patch16_224.augreg_in21k",
    "B_32": "vit_base_patch32_224.augreg_in21k",
    "L_16": "vit_large_patch16_224.augreg_in21k",
    "L_32": "vit_large_patch32_224.orig_in21k",
}
BERT_WORDS = "vocab.txt"
BLOCK_DROPOUT = 0.1
"""Of animesion's transformers (hidden_dropout_prob)."""

VIEWS = {"margin": 32, "flip": 0.5, "jitter": 0.1, "jitter_hue": 0.1}
VALIDATION = 0.1
"""Cut from the training part of sets that have no validation part."""

TAGGING_MODES = frozenset({"recognition_tagging", "generate_tags", "gen_tags"})


def settings_of(args: argparse.Namespace) -> Config:
    """Return the settings that a command line asks for.

    Raises:
        AnitagError: ``bad_config`` for flags that do not go together.
    """
    if not args.dataset_path:
        raise _wrong("--dataset_path is missing: the folder of the set")
    if args.exclusion_loss and not args.interm_features_fc:
        raise _wrong("--exclusion_loss compares blocks and needs --interm_features_fc")
    if (args.transfer_learning or _partial(args)) and not args.checkpoint_path:
        raise _wrong("--transfer_learning and --load_partial_mode need --checkpoint_path")
    return config_from(
        {
            "task": _task(args),
            "run": _run(args),
            "network": _network(args),
            "views": VIEWS,
            "exclusion": _exclusion(args),
            "optimiser": _optimiser(args),
            "datasets": _datasets(args),
        },
        "the command line",
    )


def is_multimodal(args: argparse.Namespace) -> bool:
    """Tell whether tags are read, because of the flag or of the mode of inference."""
    return bool(args.multimodal) or getattr(args, "mode", "") in TAGGING_MODES


def run_name(args: argparse.Namespace) -> str:
    """Return the name that animesion gives to a run's results."""
    length = args.max_text_seq_len if args.multimodal else None
    return (
        f"{args.dataset_name}_{args.model_name}_image{args.image_size}_batch{args.batch_size}"
        f"_SGDlr{args.learning_rate}_pt{args.pretrained}_seed{args.seed}_{args.lr_scheduler}"
        f"_inter{args.interm_features_fc}_mm{args.multimodal}_textLen{length}"
        f"_mask{args.mask_schedule if args.multimodal else None}{args.masking_behavior}"
        f"{args.tokenizer}tokenizingshuf{args.shuffle_tokens}"
    )


def _task(args: argparse.Namespace) -> dict[str, Any]:
    if not is_multimodal(args):
        return {"name": "recognition"}
    schedule = "full" if getattr(args, "mode", "") in TAGGING_MODES else args.mask_schedule
    return {
        "name": "multimodal",
        "tokenizer": args.tokenizer,
        "words": _words(args),
        "length": args.max_text_seq_len or DEFAULT_LENGTH,
        "mask_schedule": "none" if schedule in {None, NONE} else schedule,
        "mask_warm_up": args.mask_wu_percent,
        "mask_cool_down": args.mask_cd_percent,
        "masking": args.masking_behavior,
        "shuffle_tokens": args.shuffle_tokens,
    }


def _words(args: argparse.Namespace) -> str:
    """Return BERT's words where they lie beside the lists, and the tags of animesion's checkpoints.

    Of its tags only such a checkpoint needs the old numbers; others are counted anew.
    """
    labels = Path(args.dataset_path) / "labels"
    if args.tokenizer == "wp":
        return str(labels / BERT_WORDS) if (labels / BERT_WORDS).exists() else ""
    is_theirs = Path(args.checkpoint_path or "").suffix in PICKLES
    return str(labels / "vocab.pkl") if is_theirs and (labels / "vocab.pkl").exists() else ""


def _run(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "name": run_name(args),
        "seed": args.seed,
        "epochs": float(args.no_epochs),
        "batch": args.batch_size,
        "workers": args.no_cpu_workers,
        "device": _device(),
        "validate_every": 1.0,
        "monitor": "top1",
        "log_every": args.log_freq,
        "keep_every": args.save_checkpoint_freq,
        "also_best": ("valid_loss",),
        "most_pictures": 3 * args.log_freq * args.batch_size if args.debugging else 0,
    }


def _network(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "backbone": BACKBONES[args.model_name],
        "head": "ifa" if args.interm_features_fc else "linear",
        "size": args.image_size,
        "dropout": 0.2 if args.model_name == "shallow" else 0.0,
        "block_dropout": BLOCK_DROPOUT if BACKBONES[args.model_name].startswith("vit") else 0.0,
        "pretrained": args.pretrained,
        "checkpoint": args.checkpoint_path or "",
        "load": _partial(args) or ("transfer" if args.transfer_learning else "strict"),
        "mean_std": "half",
        "resize": "squish",
    }


def _partial(args: argparse.Namespace) -> str | None:
    return None if args.load_partial_mode in {None, NONE} else str(args.load_partial_mode)


def _exclusion(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "weight": args.exclusion_weight if args.exclusion_loss else 0.0,
        "temperature": args.temperature,
        "distance": args.exc_layers_dist,
    }


def _optimiser(args: argparse.Namespace) -> dict[str, Any]:
    decays = args.lr_scheduler == "epochDecayConstant"
    return {
        "name": "sgd",
        "rate": args.learning_rate,
        "momentum": 0.9,
        "weight_decay": 0.0,
        "schedule": "epoch_decay" if decays else "cosine",
        "warm_up": 0 if decays else args.warmup_steps,
        "decay_every": args.epoch_decay,
        "clip": 0.0,
        "average": 0.0,
    }


def _datasets(args: argparse.Namespace) -> dict[str, Any]:
    source = {"name": args.dataset_name, "path": args.dataset_path, "layout": args.dataset_name}
    return {"store": "files", "validation": VALIDATION, "test": 0.0, "sources": [source]}


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _wrong(reason: str) -> AnitagError:
    return AnitagError("bad_config", path="the command line", reason=reason)
