"""What a change of tags would do, in sentences."""

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_change import ChangeKind, Effect, EffectKind
from anitag_desktop.gui.wording import category_name, pictures, tag_text, tr


def sentence(effect: Effect) -> str:
    """Return an effect as a sentence."""
    words = {
        EffectKind.RENAMED: tr("{tag} is called {other}, on {pictures}"),
        EffectKind.MERGED: tr("{tag} counts as {other}"),
        EffectKind.LOST: tr("{tag} goes from {pictures}"),
        EffectKind.GAINED: tr("{tag} comes to {pictures}"),
        EffectKind.FOUND: tr("{tag} finds {pictures} more, those with {other}"),
        EffectKind.CATEGORY: tr("{tag} moves to {other}, on {pictures}"),
        EffectKind.ALIAS_ADDED: tr("{other} becomes another name of {tag}"),
        EffectKind.ALIAS_REMOVED: tr("{other} is no name of {tag} any more"),
        EffectKind.IMPLICATION_ADDED: tr("{tag} implies {other}"),
        EffectKind.IMPLICATION_REMOVED: tr("{tag} does not imply {other} any more"),
        EffectKind.RESTORED: tr("{tag}, which was deleted, is a tag again"),
        EffectKind.SILENCED: tr("{tag} goes from {pictures} that only models gave it to"),
        EffectKind.HEEDED: tr("Models may give {tag} again"),
    }[effect.kind]
    other = effect.other
    if effect.kind is EffectKind.CATEGORY:
        other = category_name(TagCategory(other))
    shown = {"tag": tag_text(effect.tag), "other": tag_text(other)}
    return words.format(**shown, pictures=pictures(effect.pictures))


def question(kind: ChangeKind, tag: str) -> str:
    """Return what stands over the form of a change."""
    return {
        ChangeKind.RENAME: tr("A new name for {tag}"),
        ChangeKind.MERGE: tr("Let {tag} count as"),
        ChangeKind.ALIAS: tr("Another name for {tag}"),
        ChangeKind.IMPLY: tr("Whatever has {tag} also has"),
        ChangeKind.CATEGORY: tr("Move {tag} to"),
        ChangeKind.DELETE: tr("Take {tag} off every picture and every list?"),
        ChangeKind.SILENCE: tr("Let no model give {tag}? What was said by hand stays."),
        ChangeKind.HEED: tr("Let models give {tag} again?"),
    }[kind].format(tag=tag_text(tag))
