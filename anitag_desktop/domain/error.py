"""Errors for people: a code with parameters, and the English sentence of each code.

The window translates by code. Anything that is not an ``AnitagError`` is a bug.
"""

import errno


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
    "not_watched": "{path} is not watched. The folders that are: anitag folders",
    "folder_away": "The folder {path} is away: it, or the drive that it is on, is not there now.",
    "away_is_kept": (
        "What is known of the pictures is kept, and nothing has to be done if they come back. If a "
        "folder moved, add it where it is now (anitag add FOLDER) and let the old place go "
        "(anitag folders remove FOLDER)."
    ),
    "no_picture_in": (
        "No picture in {path}: anitag reads PNG, JPEG, WebP, GIF, BMP, AVIF and TIFF files. Those "
        "that come are noticed: by the window at once, else by the next anitag tag."
    ),
    "nothing_watched": "No folder is watched yet. Name one: anitag tag FOLDER",
    "no_such_file": "There is no file {path}.",
    "no_vectors": (
        "Pictures cannot be compared yet: no model in use has given one of them a vector. Let them "
        "be tagged (anitag tag) by a model that does; anitag models lists them."
    ),
    "nothing_to_learn": (
        "There is nothing to learn from yet: confirm, reject or add tags, or teach a character, "
        "first."
    ),
    "unknown_character": (
        "No character {name} was taught. List those that were with: anitag characters"
    ),
    "no_such_cluster": (
        "There is no group {id} of unknown pictures (any more). List them with: anitag characters "
        "unknown"
    ),
    "no_vector_of": (
        "{picture} cannot be compared: the model in use gave it no vector. Let it be tagged with: "
        "anitag tag"
    ),
    "unknown_picture": "{path} is not in the library. Add its folder with: anitag add FOLDER",
    "not_read_yet": "{path} was not read yet. Let it be read with: anitag tag",
    "no_such_region": "There is no such region in the picture any more.",
    "unknown_tag": "There is no tag {name}.",
    "bad_tag_name": "{name!r} cannot be a tag name: {reason}.",
    "newer_action": "Something else was done since: {label}. Take that back first.",
    "nothing_to_undo": "There is nothing to undo.",
    "nothing_to_redo": "There is nothing to do again.",
    "tag_exists": "There is a tag {name} already. To make two tags one: anitag tags merge",
    "implication_cycle": ("{child} cannot imply {parent}: {parent} implies {child} already."),
    "no_display": (
        "There is no display to open a window on. "
        "The same work can be done without one: anitag --help"
    ),
    "library_in_use": "The library {path} is in use by another program.",
    "library_newer": (
        "The library {path} was written by a newer anitag (schema {found}; this one knows "
        "{known}). Nothing was changed. Install the newer version."
    ),
    "library_older": (
        "The library {path} was written by an older anitag. Open it once with: anitag add"
    ),
    "migration_failed": (
        "The library {path} could not be brought to the new schema: {reason}. It is as it was."
    ),
    "library_damaged": (
        "The library {path} is damaged: {reason}. It was kept as it is. "
        "Restore the newest backup with: anitag restore"
    ),
    "library_gone": (
        "The library in {path} is gone, but backups of it are there. Bring it back with: "
        "anitag restore (or begin anew in another folder)."
    ),
    "index_damaged": (
        "The index {path} is damaged. It holds nothing that cannot be made again, and will be "
        "when the library is opened the next time."
    ),
    "not_a_library": "{path} is not an anitag library: {reason}.",
    "disk_full": "The disk is full: {path} was not written. Free some space; nothing was lost.",
    "cannot_write": "{path} could not be written ({reason}).",
    "no_backup": "There is no backup in {path}.",
    "backup_damaged": "The backup {path} is not sound: {reason}. Nothing was changed.",
    "no_such_model": "There is no model {model}. Known models: {known}.",
    "nothing_remembered": (
        "Nothing that a model {model} said of pictures is kept. Something is kept of: {known}."
    ),
    "hub_not_allowed": (
        "The way to the model leads to {host}, which is not asked: models come by https from the "
        "hub's own hosts, or from this very machine. Nothing was installed."
    ),
    "hub_unreachable": (
        "{host} did not give the model ({reason}). What came so far is kept; try again later."
    ),
    "hub_failed": "{host} did not give the model: {reason}. Nothing was installed.",
    "model_gated": (
        "{repository} is given out only to accounts that accepted its terms. Accept them at "
        "https://huggingface.co/{repository}, then set HF_TOKEN to a token of that account."
    ),
    "model_hidden": (
        "{host} has no model {repository} for us: it is gone or private, or the token in HF_TOKEN "
        "is not valid."
    ),
    "download_absent": "{host} has no {file} of {repository}. Nothing was installed.",
    "not_the_file": (
        "What {host} sent is not {file}: {reason}. It was thrown away; nothing was installed."
    ),
    "download_died": (
        "The download process ended unexpectedly: {reason}. What came so far is kept; try again."
    ),
    "package_unreachable": (
        "The package {package} did not come: {reason}. What came whole so far is kept; try again "
        "later."
    ),
    "package_absent": (
        "The package index has no {package} for this system. Nothing was installed."
    ),
    "package_refused": (
        "What came is not the package {package}: {reason}. It was thrown away; nothing was "
        "installed."
    ),
    "package_failed": "The package {package} could not be installed: {reason}.",
    "no_pip": (
        "Packages are installed by pip, which this Python lacks. Install it (python -m ensurepip, "
        "or the package python3-pip of your system), then try again."
    ),
    "no_runtime": "There is nothing to install for the graphics of this machine: {reason}.",
    "runtime_busy": "The graphics of this machine are being set up already.",
    "not_in_catalogue": (
        "The catalogue has no model {model}. See what it has with: anitag models list --available"
    ),
    "licence_unaccepted": (
        "{model} comes under terms: {licence}. {terms} Read them at {page}; if you accept them: "
        "anitag models install {model} --accept-licence"
    ),
    "already_installing": "{model} is being installed already.",
    "download_stopped": "The download was stopped. What came so far is kept.",
    "not_a_model": "{path} is not a model: {reason}.",
    "model_refused": "The model {path} was refused: {reason}.",
    "model_damaged": (
        "The model {model} cannot be used: {reason}. Add it again, or let it go with: "
        "anitag models remove {model}"
    ),
    "model_unusable": (
        "The model {model}, which is to tag, cannot be used: {reason}. No other one tags in its "
        "place. Add it again (anitag models add FOLDER), or use another (anitag models use ID)."
    ),
    "no_tagger": (
        "No model is there that tags, so pictures were read and none was recognised: they wait for "
        "one. Add one (anitag models add FOLDER, or anitag models install ID; anitag models list "
        "tells what is there), then: anitag tag"
    ),
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
    "not_a_tagger": (
        "{model} is no tagger but a model of the kind {kind}: it gives {gives}, so it cannot tag "
        "whole pictures."
    ),
    "model_failed": "The model {model} could not be run: {reason}.",
    "file_changed": "The file changed while it was being read. It will be read again.",
    "picture_gone": "The file is no longer there.",
    "picture_not_a_file": "This is not a regular file ({kind}), so it is not read.",
    "picture_link_broken": "This is a link that leads nowhere.",
    "subfolder_unreadable": (
        "The folder cannot be read ({reason}), so its pictures are not looked at. "
        "Check its permissions."
    ),
    "picture_unreadable": "The file cannot be read ({reason}). Check its permissions and the disk.",
    "picture_empty": "The file is empty (0 bytes). Copy it again.",
    "picture_too_big": "The file has {size} bytes; a picture may have at most {limit}.",
    "picture_too_large": "The picture unpacks to more than {limit} megapixels. It is left out.",
    "picture_unknown": (
        "This is not a picture of any format that is read, whatever its name says. "
        "The formats are listed by: anitag doctor"
    ),
    "picture_unsupported": "This is {kind}, which anitag does not read. It is left out.",
    "picture_misnamed": (
        "By its name this is {kind}, and it holds a {format} picture. Rename it, and it is read."
    ),
    "decoder_missing": (
        "A {format} picture needs a decoder that is not installed. Install anitag with its extra "
        '"formats", then start it again.'
    ),
    "picture_damaged": "The picture is damaged: {reason}. Copy or download it again.",
    "nothing_to_import": "There is nothing to import in {path}.",
    "bad_sidecar": "{path}, line {line}: {reason}.",
    "tag_with_comma": (
        "The tag {name} of {path} was left out of its caption: captions separate tags by commas."
    ),
    "bad_format": "{format} is not an export format. Known formats: {known}.",
    "bad_value": "{reason}.",
    "query_unclosed_group": "This ( is never closed: add a ), or put the tag in quotation marks.",
    "query_unexpected_close": "This ) closes nothing: remove it, or quote the tag.",
    "query_empty_group": "These parentheses are empty: put a term between them, or remove them.",
    "query_missing_term": "Something to search for has to follow {operator} here.",
    "query_missing_left": (
        "Something to search for has to stand before {operator}. "
        'For a tag of that name, write "{operator}" in quotation marks.'
    ),
    "query_double_sign": (
        "{sign} cannot follow another sign: put it in parentheses with what it belongs to."
    ),
    "query_unclosed_quote": "This quotation mark is never closed: add another one.",
    "query_text_after_quote": "A space has to follow the closing quotation mark.",
    "query_empty_quotes": "There is no tag name between these quotation marks.",
    "query_bad_character": "This character cannot be searched for: remove it.",
    "query_too_long": "The search is longer than {limit} characters: shorten it.",
    "query_too_deep": "More than {limit} groups stand in each other here: take some apart.",
    "query_too_many_terms": "The search has more than {limit} terms: leave some out.",
    "query_too_many_stars": "A tag may hold at most {limit} wildcards (*).",
    "query_empty_value": "{metatag}: needs a value right after the colon, such as {example}.",
    "query_bad_number": "{value!r} is not a number or a range. Write {metatag}: like {example}.",
    "query_bad_date": "{value!r} is not a date or a range. Write {metatag}: like {example}.",
    "query_bad_age": (
        "{value!r} is not an age (a number with s, min, h, d, w, mo or y). "
        "Write {metatag}: like {example}."
    ),
    "query_bad_size": "{value!r} is not a file size. Write {metatag}: like {example}.",
    "query_bad_ratio": "{value!r} is not a ratio (width:height). Write {metatag}: like {example}.",
    "query_bad_score": (
        "{value!r} does not say which tag's score to compare with what. "
        "Write {metatag}: like {example}; a score is 0 to 1, or a percentage."
    ),
    "query_bad_margin": (
        "{value!r} is no tag, nor a tag and a number behind a comma. "
        "Write {metatag}: like {example},0.1; a score is 0 to 1, or a percentage."
    ),
    "query_bad_hash": "{value!r} is not a hash: {metatag}: takes {digits} hexadecimal digits.",
    "query_bad_limit": "{value!r} is not a count of pictures. Write limit: like limit:100.",
    "query_unknown_value": "{metatag}: does not know {value!r}. It knows {known}.",
    "query_unknown_value_near": (
        "{metatag}: does not know {value!r}. Did you mean {near}? It knows {known}."
    ),
    "query_order_needs_tag": (
        "order:score needs a tag to go by: write order:score:TAG, or search for a tag."
    ),
    "query_order_beside_similar": "similar: orders the pictures itself: leave order: out.",
    "query_not_comparable": "Nothing can be compared to {value!r}: {reason}.",
    "query_repeated": "{metatag}: stands twice: keep one of them.",
    "query_not_outermost": (
        "{metatag}: holds for the whole search: take it out of the parentheses, "
        "and away from or and not."
    ),
    "fast_needs_onnx": (
        "Making a fast copy of a model takes the package onnx, which is not installed here. "
        "Install it beside anitag, as with: pip install 'anitag[fast]'. Then try again."
    ),
    "not_made_fast": "No fast copy of the model was made: {reason}.",
    "fast_stopped": "Making the fast copy was stopped; nothing was kept.",
    "nothing_to_compare": (
        "A fast copy is compared with the model on pictures of the library first, and none of "
        "them could be read. Add a folder with pictures, then try again."
    ),
    "no_training_environment": (
        "The command {command} needs the training environment ({missing} is missing). "
        "Make it with: make training-env"
    ),
    "no_training_python": (
        "The training environment could not be started: {path} ({reason}). Make it with: "
        "make training-env, or set ANITAG_TRAINING_PYTHON."
    ),
    "bad_tag_relation": "{first} cannot {relation} {second}: {reason}.",
    "package_missing": (
        "{setting} needs the package {package}, which is not installed. Install it with: "
        "python -m pip install {package}"
    ),
    "bad_config": "{path} is not a usable config: {reason}.",
    "bad_manifest": "{path}, row {row}: {reason}.",
    "bad_archive": "The archive {path} cannot be used: {reason}.",
    "danbooru_login": (
        "Danbooru answers only those who log in. Put your login and an API key (its permissions "
        "posts:index and posts:show are enough) into {login} and {key}, or into a TOML file that "
        "--credentials names (login, api_key)."
    ),
    "danbooru_refused": (
        "{host} refuses to answer ({status}). Check the login, the API key and its permissions "
        "(posts:index and posts:show)."
    ),
    "danbooru_query": (
        "{host} does not take the search {query!r} ({status}). Members may search for two tags at "
        "once; rating:, status:, date: and the like are free."
    ),
    "site_failed": (
        "{host} could not be asked: {reason}. What came is kept: start again to go on from there."
    ),
    "nothing_to_verify": (
        "No file beneath {path} is a picture by its name or its first bytes; what is hidden or was "
        "rejected does not count."
    ),
    "no_pictures": "There are no labelled pictures in {path}.",
    "no_labels": "No tag has enough pictures to be learnt (at least {count} are needed).",
    "training_failed": "The training stopped: {reason}.",
    "retraining_stopped": (
        "The retraining was stopped. What was reached is kept: start it again to go on, or forget "
        "it with: anitag retrain --cancel"
    ),
    "import_stopped": (
        "Comparing the model that was trained elsewhere was stopped; nothing of it was kept. Take "
        "it in again when there is time."
    ),
    "another_way_waits": (
        "{title} was begun before and not finished, in another way ({mode}). Go on with it: anitag "
        "retrain --{mode}, or forget it: anitag retrain --cancel"
    ),
    "already_in_use": "The model {model} is in use already: there is nothing to compare it with.",
    "export_stopped": "Writing the job for another machine was stopped; nothing of it was kept.",
    "retraining_runs": (
        "A new model is being trained or compared already. Wait until that is done, or stop and "
        "forget it with: anitag retrain --cancel"
    ),
    "few_pictures": (
        "{count} pictures can be read; to learn how they look at least {least} are needed. Add a "
        "folder with more, then try again."
    ),
    "few_corrections": (
        "There is too little to learn from: {count} corrected pictures, and at least {least} are "
        "needed. Confirm, reject or add tags first."
    ),
    "no_training_packages": (
        "The training environment is not there, or lacks something. What it takes is said by: "
        "anitag retrain --plan. Make it with: anitag retrain --equip"
    ),
    "environment_busy": "The training environment is being made already.",
    "environment_named": (
        "The Python that ANITAG_TRAINING_PYTHON names lacks {missing}. Install that there, or take "
        "the variable away to have an environment made."
    ),
    "environment_broken": (
        "The training environment was made and does not work: {reason}. Nothing was changed; try "
        "again later, or make one by hand and name its Python in ANITAG_TRAINING_PYTHON."
    ),
    "nothing_to_keep": (
        "Nothing was said of {name} on these pictures, so there is nothing to keep. "
        "Confirm or reject the tag instead."
    ),
    "nothing_to_decide": (
        "No new model waits for a decision. Train one first with: anitag retrain --full"
    ),
    "gate_refused": (
        "The new model was not taken: {reason}. The old one stays in use; to take the new one all "
        "the same: anitag retrain --accept --anyway"
    ),
    "bad_label_sheet": (
        "{path} is no list of labelled pictures: {reason}. It was left as it is; choose another "
        "file."
    ),
    "nothing_to_roll_back": "No retrained model is in use, so there is nothing to go back to.",
    "not_trained_yet": (
        "The folder {path} holds no new model yet. Train in it as its README says, then take it in."
    ),
    "not_compared": "The models could not be compared: {reason}.",
    "no_model_in_use": "No model tags this library. Choose one with: anitag models use ID",
    "not_trainable": (
        "{model} cannot be trained on: {reason}. Use a model that can be, anitag/anitag-small for "
        "one; what you corrected is learnt within seconds by any model: anitag retrain --quick"
    ),
    "run_in_use": "Another training works in {path}. Wait until it ends, or give another --run.",
    "bad_checkpoint": "{path} is not a sound checkpoint: {reason}.",
    "weights_absent": (
        "The published weights of {backbone} are not on this machine ({reason}), and random ones "
        "do not replace them. Get https://huggingface.co/{repository}/resolve/main/{file} (about "
        "{megabytes} MB; {digest}), then: "
        "python -m training weights FILE --backbone {backbone}"
    ),
    "parity_failed": (
        "The exported model does not agree with the trained one (largest difference of a "
        "probability {difference:.2e}, allowed {allowed:.0e}). No file was kept."
    ),
}
"""Each sentence says what happened, where, and what to do."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_failure(path: object, error: OSError) -> AnitagError:
    """Return what the system said of writing ``path``: ``disk_full`` or ``cannot_write``."""
    if error.errno in _NO_ROOM:
        return AnitagError("disk_full", path=path)
    return AnitagError("cannot_write", path=path, reason=error.strerror or str(error))
