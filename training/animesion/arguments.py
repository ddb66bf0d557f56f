"""The command lines of animesion: every flag with its default, its typos and short forms."""

import argparse
import re
from collections.abc import Sequence

DATASETS = ("moeImouto", "danbooruFaces", "cartoonFace", "danbooruFull")
MODELS = (
    *("shallow", "resnet18", "resnet50", "resnet152", "efficientnetb0"),
    *("B_16", "B_32", "L_16", "L_32"),
)
PARTIAL_MODES = (
    *("full_tokenizer", "patchprojection", "posembeddings", "clstoken"),
    *("patchandposembeddings", "patchandclstoken", "posembeddingsandclstoken"),
)
MODES = ("recognition_vision", "recognition_tagging", "generate_tags", "gen_tags")
NONE = "None"
DEFAULT_LENGTH = 16


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse a command line in which long flags may have a single dash, as in animesion's README.

    Flags may be shortened as long as they are told apart (argparse does that); what the README's
    commands call ``--learning_rate_scheduler`` is ``--lr_scheduler``. ``is_set_named`` tells
    whether the line says which set it is, or leaves that to the default.
    """
    words = [re.sub(r"^-(?=[A-Za-z]{2})", "--", word) for word in arguments]
    words = [re.sub(r"^--learning_rate_\w*", "--lr_scheduler", word) for word in words]
    args = parser.parse_args(words, argparse.Namespace(dataset_name=None))
    args.is_set_named = args.dataset_name is not None
    args.dataset_name = args.dataset_name or parser.get_default("dataset_name")
    return args


def train_parser(prog: str = "train.py") -> argparse.ArgumentParser:
    """Return the parser of train.py, whose flags all the other scripts know too."""
    parser = argparse.ArgumentParser(
        prog=prog, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    _add_sets_and_model(parser)
    _add_optimiser(parser)
    _add_start(parser)
    _add_records(parser)
    _add_exclusion(parser)
    _add_text(parser)
    return parser


def evaluate_parser() -> argparse.ArgumentParser:
    """Return the parser of evaluate.py."""
    parser = train_parser("evaluate.py")
    parser.add_argument("--vis_arch", action="store_true", help="print the network's layers")
    parser.add_argument(
        "--eval_imagebyimage", action="store_true", help="show wrong pictures one at a time"
    )
    parser.add_argument("--save_results", action="store_true", help="save them with their text")
    parser.set_defaults(results_dir="results_inference", no_epochs=1)
    return parser


def inference_parser(prog: str = "inference.py") -> argparse.ArgumentParser:
    """Return the parser of inference.py."""
    parser = train_parser(prog)
    parser.add_argument("--mode", choices=MODES, default="recognition_vision", help="what to do")
    parser.add_argument(
        "--test_path", default="test_images/", help="a folder of pictures, or a list to tag (CSV)"
    )
    parser.add_argument(
        "--results_infer", dest="results_dir", default="results_inference", help="where to save"
    )
    parser.add_argument(
        *("--save_results",),
        nargs="?",
        type=_truth,
        const=True,
        default=False,
        help="save pictures with what was recognised",
    )
    parser.add_argument(
        "--tag_rounds", type=int, default=1, help="guess tags in so many rounds, the surest first"
    )
    parser.set_defaults(results_dir="results_inference", no_epochs=1)
    return parser


def demo_parser() -> argparse.ArgumentParser:
    """Return the parser of demo.py."""
    parser = inference_parser("demo.py")
    parser.add_argument("--port", type=int, default=7860, help="where 127.0.0.1 answers")
    return parser


def exploration_parser() -> argparse.ArgumentParser:
    """Return the parser of data_exploration.py."""
    parser = train_parser("data_exploration.py")
    parser.add_argument("--split", default="test", choices=("train", "val", "test"), help="which")
    parser.add_argument("--data_vis_full", action="store_true", help="all pictures as a video")
    parser.add_argument("--labels", action="store_true", help="with their classes as titles")
    parser.add_argument("--display_images", action="store_true", help="a grid or a video")
    parser.add_argument("--stats_partial", action="store_true", help="numbers of one split only")
    parser.set_defaults(results_dir="data_exploration")
    return parser


def _add_sets_and_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dataset_name", choices=DATASETS, default="danbooruFaces", help="which set"
    )
    parser.add_argument("--dataset_path", help="the folder of the set")
    parser.add_argument("--model_name", choices=MODELS, default="B_16", help="which network")
    parser.add_argument("--results_dir", default="results_training", help="where results go")
    parser.add_argument("--image_size", type=int, default=128, help="side of a picture, pixels")
    parser.add_argument("--batch_size", type=int, default=64, help="pictures of one step")
    parser.add_argument("--no_cpu_workers", type=int, default=4, help="processes that load")
    parser.add_argument("--seed", type=int, default=0, help="of everything random")


def _add_optimiser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no_epochs", type=int, default=50, help="number of epochs")
    parser.add_argument("--learning_rate", type=float, default=0.001, help="the highest rate")
    schedules = ("warmupCosine", "epochDecayConstant")
    parser.add_argument("--lr_scheduler", choices=schedules, default=schedules[0], help="the pace")
    parser.add_argument(
        "--epoch_decay", type=int, default=20, help="epochs until the rate becomes a third"
    )
    parser.add_argument("--warmup_steps", type=int, default=1000, help="steps of rising rate")


def _add_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pretrained", action="store_true", help="begin with published weights, never random ones"
    )
    parser.add_argument("--checkpoint_path", help="a run, a checkpoint, or a safetensors file")
    parser.add_argument(
        "--transfer_learning", action="store_true", help="take all of it but the head"
    )
    parser.add_argument(
        *("--load_partial_mode",),
        choices=(*PARTIAL_MODES, NONE),
        default=None,
        help="take only these parts of it",
    )


def _add_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--log_freq", type=int, default=100, help="steps between log lines")
    parser.add_argument(
        "--save_checkpoint_freq", type=int, default=100, help="epochs between kept checkpoints"
    )
    parser.add_argument(
        "--debugging", action="store_true", help="no more pictures than 3 * log_freq steps have"
    )


def _add_exclusion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--interm_features_fc", action="store_true", help="the IFA head")
    parser.add_argument("--exclusion_loss", action="store_true", help="blocks have to differ")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the exclusion loss")
    parser.add_argument("--exclusion_weight", type=float, default=0.01, help="its weight")
    parser.add_argument("--exc_layers_dist", type=int, default=2, help="blocks between a pair")


def _add_text(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--multimodal", action="store_true", help="vision and tags")
    parser.add_argument(
        "--max_text_seq_len", type=int, default=None, help=f"tokens ({DEFAULT_LENGTH} if asked for)"
    )
    parser.add_argument(
        *("--mask_schedule",),
        choices=(NONE, "bert", "full", "sigmoid"),
        default=None,
        help="which tags are hidden when",
    )
    parser.add_argument("--mask_wu_percent", type=float, default=0.1, help="share of warm-up")
    parser.add_argument("--mask_cd_percent", type=float, default=0.5, help="share of cool-down")
    parser.add_argument(
        "--ret_attn_scores", action="store_true", help="with inference: where the network looks"
    )
    parser.add_argument("--tokenizer", choices=("wp", "tag"), default="tag", help="words or tags")
    parser.add_argument(
        *("--masking_behavior",),
        choices=("constant", "random"),
        default="constant",
        help="what a hidden token becomes",
    )
    parser.add_argument("--shuffle_tokens", action="store_true", help="tags in another order")


def _truth(text: str) -> bool:
    lowered = text.lower()
    if lowered not in {"true", "false", "1", "0", "yes", "no"}:
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return lowered in {"true", "1", "yes"}
