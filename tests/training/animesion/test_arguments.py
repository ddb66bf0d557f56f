"""Every flag of animesion's usage blocks: known, its default, its effect, its short form."""

import re
import shlex

import pytest

from anitag_desktop.domain.error import AnitagError
from training.animesion.arguments import (
    demo_parser,
    evaluate_parser,
    exploration_parser,
    inference_parser,
    parse,
    train_parser,
)
from training.animesion.presets import BACKBONES, settings_of

pytest.importorskip("torch")
pytestmark = pytest.mark.training

# The usage block of animesion's README, its words unchanged.
TRAIN_USAGE = """
[-h] [--dataset_name {moeImouto,danbooruFaces,cartoonFace,danbooruFull}]
[--dataset_path DATASET_PATH]
[--model_name {shallow,resnet18,resnet50,resnet152,efficientnetb0,B_16,B_32,L_16,L_32}]
[--results_dir RESULTS_DIR] [--image_size IMAGE_SIZE] [--batch_size BATCH_SIZE]
[--no_epochs NO_EPOCHS] [--learning_rate LEARNING_RATE]
[--lr_scheduler {warmupCosine,epochDecayConstant}] [--epoch_decay EPOCH_DECAY]
[--warmup_steps WARMUP_STEPS] [--pretrained] [--checkpoint_path CHECKPOINT_PATH]
[--transfer_learning]
[--load_partial_mode {full_tokenizer,patchprojection,posembeddings,clstoken,patchandposembeddings,patchandclstoken,posembeddingsandclstoken,None}]
[--log_freq LOG_FREQ] [--save_checkpoint_freq SAVE_CHECKPOINT_FREQ]
[--no_cpu_workers NO_CPU_WORKERS]
[--seed SEED] [--interm_features_fc] [--debugging] [--exclusion_loss] [--temperature TEMPERATURE]
[--exclusion_weight EXCLUSION_WEIGHT] [--exc_layers_dist EXC_LAYERS_DIST] [--multimodal]
[--max_text_seq_len MAX_TEXT_SEQ_LEN] [--mask_schedule {None,bert,full,sigmoid}]
[--mask_wu_percent MASK_WU_PERCENT] [--mask_cd_percent MASK_CD_PERCENT] [--ret_attn_scores]
[--tokenizer {wp,tag}] [--masking_behavior {constant,random}] [--shuffle_tokens]
"""  # noqa: E501
INFERENCE_USAGE = """
[--mode {recognition_vision,recognition_tagging,generate_tags}] [--test_path TEST_PATH]
[--results_infer RESULTS_INFER] [--save_results SAVE_RESULTS]
"""
EVALUATE_USAGE = "[--vis_arch] [--eval_imagebyimage] [--save_results]"
EXPLORE_USAGE = """
[--split SPLIT] [--data_vis_full] [--labels] [--display_images] [--stats_partial]
"""

DEFAULTS = {
    "dataset_name": "danbooruFaces",
    "dataset_path": None,
    "model_name": "B_16",
    "results_dir": "results_training",
    "image_size": 128,
    "batch_size": 64,
    "no_epochs": 50,
    "learning_rate": 0.001,
    "lr_scheduler": "warmupCosine",
    "epoch_decay": 20,
    "warmup_steps": 1000,
    "pretrained": False,
    "checkpoint_path": None,
    "transfer_learning": False,
    "load_partial_mode": None,
    "log_freq": 100,
    "save_checkpoint_freq": 100,
    "no_cpu_workers": 4,
    "seed": 0,
    "interm_features_fc": False,
    "debugging": False,
    "exclusion_loss": False,
    "temperature": 1.0,
    "exclusion_weight": 0.01,
    "exc_layers_dist": 2,
    "multimodal": False,
    "max_text_seq_len": None,
    "mask_schedule": None,
    "mask_wu_percent": 0.1,
    "mask_cd_percent": 0.5,
    "ret_attn_scores": False,
    "tokenizer": "tag",
    "masking_behavior": "constant",
    "shuffle_tokens": False,
}

# Where a flag's value shows in the settings: the words to add, and the value there.
EFFECTS = {
    "dataset_name": ("moeImouto", "", "datasets.sources.0.layout", "moeImouto"),
    "dataset_path": ("/sets/a b", "", "datasets.sources.0.path", "/sets/a b"),
    "model_name": ("resnet18", "", "network.backbone", BACKBONES["resnet18"]),
    "image_size": ("96", "", "network.size", 96),
    "batch_size": ("16", "", "run.batch", 16),
    "no_epochs": ("3", "", "run.epochs", 3.0),
    "learning_rate": ("0.5", "", "optimiser.rate", 0.5),
    "lr_scheduler": ("epochDecayConstant", "", "optimiser.schedule", "epoch_decay"),
    "epoch_decay": ("7", "", "optimiser.decay_every", 7),
    "warmup_steps": ("9", "", "optimiser.warm_up", 9),
    "pretrained": (None, "", "network.pretrained", True),
    "checkpoint_path": ("a/b", "", "network.checkpoint", "a/b"),
    "transfer_learning": (None, "--checkpoint_path a/b", "network.load", "transfer"),
    "load_partial_mode": ("clstoken", "--checkpoint_path a/b", "network.load", "clstoken"),
    "log_freq": ("5", "", "run.log_every", 5),
    "save_checkpoint_freq": ("4", "", "run.keep_every", 4),
    "no_cpu_workers": ("2", "", "run.workers", 2),
    "seed": ("8", "", "run.seed", 8),
    "interm_features_fc": (None, "", "network.head", "ifa"),
    "debugging": (None, "", "run.most_pictures", 3 * 100 * 64),
    "exclusion_loss": (None, "--interm_features_fc", "exclusion.weight", 0.01),
    "temperature": ("2", "", "exclusion.temperature", 2.0),
    "exclusion_weight": ("0.3", "--exclusion_loss --interm_features_fc", "exclusion.weight", 0.3),
    "exc_layers_dist": ("4", "", "exclusion.distance", 4),
    "multimodal": (None, "", "task.name", "multimodal"),
    "max_text_seq_len": ("32", "--multimodal", "task.length", 32),
    "mask_schedule": ("bert", "--multimodal", "task.mask_schedule", "bert"),
    "mask_wu_percent": ("0.2", "--multimodal", "task.mask_warm_up", 0.2),
    "mask_cd_percent": ("0.3", "--multimodal", "task.mask_cool_down", 0.3),
    "tokenizer": ("wp", "--multimodal", "task.tokenizer", "wp"),
    "masking_behavior": ("random", "--multimodal", "task.masking", "random"),
    "shuffle_tokens": (None, "--multimodal", "task.shuffle_tokens", True),
}


def flags(usage):
    """Return (name, choices or metavar or None) of each bracket of a usage block."""
    found = re.findall(r"\[--(\w+)(?: (\{[^}]+\}|[A-Z_]+))?\]", usage)
    return [(name, value or None) for name, value in found]


def test_the_usage_block_was_read_whole():
    assert {name for name, _ in flags(TRAIN_USAGE)} == set(DEFAULTS)
    elsewhere = {"results_dir", "ret_attn_scores"}
    assert set(EFFECTS) == set(DEFAULTS) - elsewhere


@pytest.mark.parametrize(("name", "value"), flags(TRAIN_USAGE))
def test_every_flag_has_animesions_default_and_takes_its_values(name, value):
    for parser in (train_parser(), inference_parser(), evaluate_parser(), exploration_parser()):
        known = getattr(parse(parser, []), name)
        if name not in {"results_dir", "no_epochs"} or parser.prog == "train.py":
            assert known == DEFAULTS[name]
    if value is None:
        assert getattr(parse(train_parser(), [f"--{name}"]), name) is True
    elif value.startswith("{"):
        for choice in value.strip("{}").split(","):
            assert getattr(parse(train_parser(), [f"--{name}", choice]), name) == choice
        with pytest.raises(SystemExit):
            parse(train_parser(), [f"--{name}", "nonsense"])
    else:
        assert str(getattr(parse(train_parser(), [f"--{name}", "1"]), name)) in {"1", "1.0"}


@pytest.mark.parametrize("name", sorted(EFFECTS))
def test_every_flag_has_its_effect_also_with_a_single_dash(name):
    value, more, path, expected = EFFECTS[name]
    words = ["--dataset_path", "/sets", *shlex.split(more)]
    for dash in ("--", "-"):
        flag = [f"{dash}{name}", *([] if value is None else [value])]
        found = settings_of(parse(train_parser(), [*words, *flag])).as_plain()
        for part in path.split("."):
            found = found[int(part)] if part.isdigit() else found[part]
        assert found == expected


@pytest.mark.parametrize(
    "line",
    [
        "--dataset_name danbooruFaces --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 64 --learning_rate_scheduler warmupCosine --pretrained --interm_features_fc",  # noqa: E501
        "--dataset_name danbooruFull --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 64 --learning_rate_scheduler warmupCosine --pretrained --multimodal --max_text_seq_len 32 --tokenizer wp",  # noqa: E501
        "--dataset_name danbooruFull --dataset_path YOUR_PATH --model_name B_16 --image_size 128 --batch_size 16 --learning_rate_scheduler warmupCosine --pretrained --multimodal --max_text_seq_len 16 --tokenizer tag --mask_schedule full --masking_behavior constant",  # noqa: E501
    ],
)
def test_the_training_lines_of_the_readme_are_understood(line):
    config = settings_of(parse(train_parser(), shlex.split(line)))
    assert config.network.backbone == BACKBONES["B_16"]
    assert (config.optimiser.name, config.optimiser.momentum) == ("sgd", 0.9)
    assert config.network.pretrained


@pytest.mark.parametrize(("name", "value"), flags(INFERENCE_USAGE))
def test_the_flags_of_inference(name, value):
    choices = (value or "").strip("{}").split(",")
    taken = {"results_infer": "results_dir"}.get(name, name)
    for choice in choices if value and value.startswith("{") else ["True"]:
        args = parse(inference_parser(), [f"--{name}", choice])
        assert str(getattr(args, taken)) == choice
    defaults = parse(inference_parser(), [])
    assert (defaults.mode, defaults.test_path) == ("recognition_vision", "test_images/")
    assert (defaults.results_dir, defaults.save_results) == ("results_inference", False)
    assert parse(inference_parser(), ["--save_results"]).save_results is True
    assert parse(inference_parser(), ["--mode", "gen_tags"]).mode == "gen_tags"


@pytest.mark.parametrize(("name", "value"), flags(EVALUATE_USAGE))
def test_the_flags_of_evaluate(name, value):
    assert value is None
    assert getattr(parse(evaluate_parser(), []), name) is False
    assert getattr(parse(evaluate_parser(), [f"--{name}"]), name) is True
    assert parse(evaluate_parser(), []).results_dir == "results_inference"


@pytest.mark.parametrize(("name", "value"), flags(EXPLORE_USAGE))
def test_the_flags_of_data_exploration(name, value):
    default = getattr(parse(exploration_parser(), []), name)
    assert default == ("test" if value else False)
    words = [f"--{name}", *(["train"] if value else [])]
    assert getattr(parse(exploration_parser(), words), name) == ("train" if value else True)


def test_flags_may_be_shortened_and_have_one_dash():
    line = "--dataset_path PATH --split test --display_image --dataset_name danbooruFull --labels"
    args = parse(exploration_parser(), shlex.split(line))
    assert args.display_images
    args = parse(demo_parser(), shlex.split("--dataset_path A -checkpoint_path B"))
    assert args.checkpoint_path == "B"


@pytest.mark.parametrize(("name", "value"), flags(TRAIN_USAGE))
def test_every_flag_may_be_as_short_as_in_animesion(name, value):
    others = [other for other, _ in flags(TRAIN_USAGE) if other != name]
    shortest = next(
        name[:length]
        for length in range(1, len(name) + 1)
        if not any(other.startswith(name[:length]) for other in others)
    )
    given = [] if value is None else [value.strip("{}").split(",")[0] if "{" in value else "1"]
    for dash in ("--", "-") if len(shortest) > 1 else ("--",):
        args = parse(train_parser(), [f"{dash}{shortest}", *given])
        assert str(getattr(args, name)) in {"True", "1.0", *given}


def test_it_is_known_whether_the_set_was_named():
    assert not parse(train_parser(), []).is_set_named
    assert parse(train_parser(), []).dataset_name == "danbooruFaces"
    assert parse(train_parser(), ["-dataset_name", "danbooruFaces"]).is_set_named


def test_tagging_modes_make_a_network_that_reads_tags():
    for mode in ("recognition_tagging", "generate_tags", "gen_tags"):
        args = parse(inference_parser(), ["--dataset_path", "a", "--mode", mode])
        task = settings_of(args).task
        assert (task.name, task.length, task.mask_schedule) == ("multimodal", 16, "full")


def test_words_of_bert_are_taken_where_they_lie_beside_the_lists(tmp_path):
    line = ["--dataset_path", str(tmp_path), "--multimodal", "--tokenizer", "wp"]
    assert settings_of(parse(train_parser(), line)).task.words == ""
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "vocab.txt").write_text("[PAD]\n")
    found = settings_of(parse(train_parser(), line)).task.words
    assert found == str(tmp_path / "labels" / "vocab.txt")


def test_what_the_flags_leave_open_is_as_in_animesion():
    config = settings_of(parse(train_parser(), ["--dataset_path", "a"]))
    assert (config.network.mean_std, config.network.resize) == ("half", "squish")
    assert (config.network.block_dropout, config.network.dropout) == (0.1, 0.0)
    views = config.views
    assert (views.margin, views.flip, views.jitter, views.jitter_hue) == (32, 0.5, 0.1, 0.1)
    optimiser = config.optimiser
    assert (optimiser.weight_decay, optimiser.clip, optimiser.average) == (0.0, 0.0, 0.0)
    assert (config.loss.class_weights, config.loss.smoothing) == ("none", 0.0)
    assert (config.run.precision, config.run.monitor) == ("fp32", "top1")
    shallow = settings_of(parse(train_parser(), ["--dataset_path", "a", "-model_name", "shallow"]))
    assert (shallow.network.block_dropout, shallow.network.dropout) == (0.0, 0.2)


def test_what_does_not_go_together_is_an_error():
    with pytest.raises(AnitagError, match="needs --interm_features_fc"):
        settings_of(parse(train_parser(), ["--dataset_path", "a", "--exclusion_loss"]))
    for flag in ("--transfer_learning", "--load_partial_mode clstoken"):
        with pytest.raises(AnitagError, match="need --checkpoint_path"):
            settings_of(parse(train_parser(), ["--dataset_path", "a", *shlex.split(flag)]))
    with pytest.raises(AnitagError, match="--dataset_path is missing"):
        settings_of(parse(train_parser(), []))
