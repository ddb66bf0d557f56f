"""Errors for people: a code with parameters, and the English sentence of each code.

The window translates by code. Anything that is not an ``AnitagError`` is a bug.
"""


class AnitagError(Exception):
    """Something went wrong that a person can understand and act upon.

    ``code`` names the sentence in ``MESSAGES``; ``params`` fill it.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(MESSAGES[code].format(**params))


MESSAGES: dict[str, str] = {
    "no_such_folder": "There is no folder {path}. Check the spelling, or plug in the drive.",
    "not_a_folder": "{path} is not a folder.",
    "unreadable_folder": "The folder {path} cannot be read ({reason}). Check its permissions.",
    "no_such_file": "There is no file {path}.",
    "unknown_picture": "{path} is not in the library. Add its folder with: anitag add FOLDER",
    "unknown_tag": "There is no tag {name}.",
    "bad_tag_name": "{name!r} cannot be a tag name: {reason}.",
    "nothing_to_undo": "There is nothing to undo.",
    "library_in_use": "The library {path} is in use by another program (process {pid}).",
    "library_newer": (
        "The library {path} was written by a newer anitag (schema {found}; this one knows "
        "{known}). Nothing was changed. Install the newer version."
    ),
    "library_damaged": (
        "The library {path} is damaged: {reason}. It was kept as it is. "
        "Restore the newest backup with: anitag restore"
    ),
    "not_a_library": "{path} is not an anitag library: {reason}.",
    "disk_full": "The disk is full: {path} was not written. Free some space; nothing was lost.",
    "cannot_write": "{path} could not be written ({reason}).",
    "no_backup": "There is no backup in {path}.",
    "backup_damaged": "The backup {path} is not sound: {reason}. Nothing was changed.",
    "no_such_model": "There is no model {model}. Known models: {known}.",
    "not_a_model": "{path} is not a model: {reason}.",
    "model_refused": "The model {path} was refused: {reason}.",
    "worker_died": "The recognition process ended unexpectedly: {reason}.",
    "worker_closed": "The work was stopped before this picture was read; it is next.",
    "crashed_worker": (
        "Reading this file crashed the recognition process twice ({reason}). It is left out; "
        "open it in another program and save it again."
    ),
    "took_too_long": (
        "Reading this file took more than {seconds} seconds, twice. It is left out; "
        "save it again with another program."
    ),
    "out_of_memory": "This file needs more memory than a picture may use. It is left out.",
    "model_failed": "The model {model} could not be run: {reason}.",
    "file_changed": "The file changed while it was being read. It will be read again.",
    "picture_gone": "The file is no longer there.",
    "picture_not_a_file": "This is not a regular file ({kind}), so it is not read.",
    "picture_link_broken": "This is a link that leads nowhere.",
    "picture_unreadable": "The file cannot be read ({reason}). Check its permissions and the disk.",
    "picture_empty": "The file is empty (0 bytes). Copy it again.",
    "picture_too_big": "The file has {size} bytes; a picture may have at most {limit}.",
    "picture_too_large": (
        "The picture claims {width} x {height} pixels; at most {limit} megapixels are read."
    ),
    "picture_unknown": (
        "This is not a PNG, JPEG, WebP, GIF, BMP, AVIF or TIFF picture, whatever its name says."
    ),
    "picture_damaged": "The picture is damaged: {reason}. Copy or download it again.",
    "nothing_to_import": "There is nothing to import in {path}.",
    "bad_sidecar": "{path}, line {line}: {reason}.",
    "bad_format": "{format} is not an export format. Known formats: {known}.",
    "bad_value": "{reason}.",
    "no_training_environment": (
        "The command {command} needs the training environment ({missing} is missing). "
        "Make it with: make training-env"
    ),
    "bad_config": "{path} is not a usable config: {reason}.",
    "bad_manifest": "{path}, row {row}: {reason}.",
    "no_pictures": "There are no labelled pictures in {path}.",
    "no_labels": "No tag has enough pictures to be learnt (at least {count} are needed).",
    "training_failed": "The training stopped: {reason}.",
    "bad_checkpoint": "{path} is not a sound checkpoint: {reason}.",
    "parity_failed": (
        "The exported model does not agree with the trained one (largest difference of a "
        "probability {difference:.2e}, allowed {allowed:.0e}). No file was kept."
    ),
}
"""Each sentence says what happened, where, and what to do."""
