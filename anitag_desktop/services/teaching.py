"""Teaching: naming a character, an original one too, by a few pictures that show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.region import Place
from anitag_desktop.domain.tag import Tag
from anitag_desktop.domain.tag_name import read_tag_name
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.correcting import ActionView, Corrector, perform, view_of
from anitag_desktop.services.refreshing import OnProgress, Refresher
from anitag_desktop.storage import (
    actions,
    characters,
    embeddings,
    region_corrections,
    regions,
    subjects,
    tag_commands,
    tags,
    told_evidence,
)
from anitag_desktop.storage.characters import example_command
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.corrections import Wish
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.subjects import image_sha256, is_part

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Character:
    """A character that was taught; ``pictures`` have its tag now, the examples among them.

    Of the ``examples`` ``parts`` are regions of pictures.
    """

    tag: Tag
    examples: int
    negatives: int
    pictures: int
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """What teaching did: ``found`` pictures have the name that did not have it before.

    ``without_vector`` of the pictures, or regions, teach nothing yet: no model in use looked at
    them. ``are_parts`` tells that regions were taught.
    """

    character: Character
    found: int
    without_vector: int
    action: ActionView
    are_parts: bool = False


class Teacher:
    """Knows the characters of a library; may be called from any thread."""

    def __init__(self, store: Store, correcting: Corrector, refreshing: Refresher) -> None:
        self._store = store
        self._administering = TagAdministration(store)
        self._correcting = correcting
        self._refreshing = refreshing

    def characters(self) -> list[Character]:
        """Return every character that was taught, by name."""
        with self._store.library.read() as conn:
            taught = told_evidence.characters(conn)
            having = told_evidence.having(conn, [tag.uid for tag in taught])
        found = [
            Character(
                tag,
                len(positive),
                len(negative),
                len(having[tag.uid]),
                sum(map(is_part, positive)),
            )
            for tag, (positive, negative) in taught.items()
        ]
        return sorted(found, key=lambda one: one.tag.name)

    def teach(
        self,
        name: str,
        image_ids: Iterable[int],
        not_shown: Iterable[int] = (),
        on_progress: OnProgress | None = None,
        *,
        outfit: str = "",
    ) -> Taught:
        """Let pictures show a character, and look for it in the whole library, as one action.

        The name becomes a tag of category character and the user's word on those pictures;
        ``not_shown`` are pictures like it that show somebody else. With an ``outfit`` they teach
        ``name_(outfit)`` as well, which implies the name. Returns when every picture was compared.

        Raises:
            AnitagError: ``no_vectors``, ``bad_tag_name``, ``disk_full``, ``cannot_write``.
        """
        shown, others = list(image_ids), list(not_shown)
        with self._store.library.read() as conn:
            space = _space(conn)
            uids = subjects.picture_uids(conn, [*shown, *others])
            compared = told_evidence.vectors(conn, space, uids.values())
        names, outfit = [read_tag_name(name).name], outfit.strip()
        names += [read_tag_name(f"{names[0]}_({outfit})").name] if outfit else []
        label = f"Teach {names[-1]}"
        wanted = [f"character:{one}" for one in names]
        action = self._correcting.correct(shown, add=wanted, label=label)
        own, tag = self._tag(names[0]), self._tag(names[-1])
        before = self._pictures(tag)
        commands = [
            example_command(one, uids[image], True) for one in {own, tag} for image in shown
        ]
        commands += [example_command(tag, uids[one], False) for one in others]
        action = self._join(action, label, [*commands, *(self._imply(names) if outfit else ())])
        self._learn(action, on_progress)
        found = len(self._pictures(tag) - before)
        return Taught(self._character(tag), found, len(uids) - len(compared), action)

    def teach_parts(
        self, name: str, region_uids: Iterable[str], on_progress: OnProgress | None = None
    ) -> Taught:
        """Let regions of pictures show a character, and look for it in all regions: one action.

        Regions that no model in use looked at have their name all the same.

        Raises:
            AnitagError: ``bad_tag_name``, ``no_such_region``, ``disk_full``, ``cannot_write``.
        """
        spoken = read_tag_name(name).name
        with self._store.library.read() as conn:
            places = regions.places(conn, region_uids)
            within = self._refreshing.space_of_parts(conn)
            compared = told_evidence.vectors(conn, within, places) if within else {}
            has_space = embeddings.space(conn) is not None
        if not places:
            raise AnitagError("no_such_region")
        label = f"Name {len(places)} regions {spoken}"
        action = self._say_of_parts(places, Wish(spoken, Verdict.CONFIRMED), None, label)
        tag = self._tag(spoken)
        before = self._pictures(tag)
        if has_space:
            self._learn(action, on_progress)
        found = len(self._pictures(tag) - before)
        return Taught(self._character(tag), found, len(places) - len(compared), action, True)

    def split(
        self,
        name: str,
        new_name: str,
        image_ids: Iterable[int],
        on_progress: OnProgress | None = None,
    ) -> ActionView:
        """Make two characters of one: these pictures show another, all others are judged anew.

        Raises:
            AnitagError: ``unknown_character``, ``no_vectors``, ``bad_tag_name``,
                ``bad_value`` (both are one), ``disk_full``, ``cannot_write``.
        """
        shown, old = list(image_ids), self._known(name)
        spoken = read_tag_name(new_name).name
        label = f"Split {spoken} from {old.name}"
        wanted = [f"character:{spoken}"]
        with self._store.library.read() as conn:
            _space(conn)
            known = tags.by_name(conn, spoken)
            uids = subjects.picture_uids(conn, shown).values()
            parts = _parts(conn, old, uids)
        if known is not None and known.tag == old:
            raise AnitagError("bad_value", reason=f"{spoken} is {old.name}; choose another name")
        action = self._correcting.correct(shown, reject=[old.name], add=wanted, label=label)
        new = self._tag(spoken)
        commands = [example_command(old, uid, None) for uid in uids]
        action = self._join(
            action, label, [*commands, *(example_command(new, one, True) for one in uids)]
        )
        action = self._say_of_parts(parts, Wish(spoken, Verdict.CONFIRMED), action, label)
        self._learn(action, on_progress)
        return action

    def drop(
        self, name: str, image_ids: Iterable[int], on_progress: OnProgress | None = None
    ) -> ActionView:
        """Let pictures, and regions in them, no longer be references of a character.

        It is judged anew who is on them.

        Raises:
            AnitagError: ``unknown_character``, ``no_vectors``, ``disk_full``, ``cannot_write``.
        """
        tag, ids = self._known(name), list(image_ids)
        label = f"Remove references of {tag.name}"
        with self._store.library.read() as conn:
            _space(conn)
            uids = subjects.picture_uids(conn, ids).values()
            parts = _parts(conn, tag, uids)
        action = self._correcting.clear(ids, [tag.name], label)
        action = self._join(action, label, [example_command(tag, uid, None) for uid in uids])
        action = self._say_of_parts(parts, Wish(tag.name, None), action, label)
        self._learn(action, on_progress)
        return action

    def forget(self, name: str, on_progress: OnProgress | None = None) -> ActionView:
        """Let a character be no longer recognised; what was said of single pictures stays.

        Raises:
            AnitagError: ``unknown_character``, ``no_vectors``, ``disk_full``, ``cannot_write``.
        """
        with self._store.library.read() as conn:
            _space(conn)
            row = tags.by_name(conn, read_tag_name(name).name)
            names = tags.by_ids(conn, tags.kin(conn, [row.tag_id])) if row else {}
            commands = [
                example_command(known.tag, one.subject_uid, None)
                for tag_id, known in names.items()
                for one in characters.examples(conn, tag_id)
            ]
        if row is None or not commands:
            raise AnitagError("unknown_character", name=name)
        action = perform(self._store, f"Forget {row.tag.name}", commands)
        self._learn(action, on_progress)
        return action

    def merge(self, name: str, into: str) -> ActionView:
        """Make one character of two: its tags, its examples, and what is recognised.

        Raises:
            AnitagError: ``unknown_tag``, ``no_vectors``, ``disk_full``, ``cannot_write``.
        """
        with self._store.library.read() as conn:
            _space(conn)
        action = self._administering.merge(name, into)
        self._learn(action)
        return action

    def _learn(self, action: ActionView, on_progress: OnProgress | None = None) -> None:
        """Let what was said count as a part of an action."""
        try:
            self._refreshing.refresh(on_progress, within=action)
        except AnitagError as error:
            if error.code != "nothing_to_learn":  # what was taken away was never learnt
                raise

    def _say_of_parts(
        self, places: Mapping[str, Place], wish: Wish, action: ActionView | None, label: str
    ) -> ActionView:
        """Say something of regions (uids) as a part of an action, or else as one by itself."""
        within = None if action is None else action.id
        row = self._store.library.write(
            lambda conn: region_corrections.correct(conn, places, [wish], label, within)
        )
        return view_of(row, label) if action is None or action.id is None else action

    def _join(self, action: ActionView, label: str, commands: Sequence[Command]) -> ActionView:
        if action.id is None:
            return perform(self._store, label, commands)
        action_id = action.id
        self._store.library.write(lambda conn: actions.join(conn, action_id, commands))
        return action

    def _imply(self, names: Sequence[str]) -> list[Command]:
        """Return what lets the second name imply the first."""
        with self._store.library.read() as conn:
            parent, child = (tags.by_name(conn, one) for one in names)
            assert parent is not None
            assert child is not None
            return tag_commands.plan_imply(conn, child, parent)

    def _known(self, name: str) -> Tag:
        wanted = read_tag_name(name).name
        with self._store.library.read() as conn:
            row = tags.by_name(conn, wanted)
            taught = told_evidence.characters(conn)
        if row is None or row.tag not in taught:
            raise AnitagError("unknown_character", name=name)
        return row.tag

    def _character(self, tag: Tag) -> Character:
        undone = Character(tag, 0, 0, 0)  # meanwhile
        return next((one for one in self.characters() if one.tag.uid == tag.uid), undone)

    def _tag(self, name: str) -> Tag:
        with self._store.library.read() as conn:
            row = tags.by_name(conn, name)
        assert row is not None  # it was just said of a picture
        return row.tag

    def _pictures(self, tag: Tag) -> set[int]:
        with self._store.library.read() as conn:
            return told_evidence.having(conn, [tag.uid])[tag.uid]


def _space(conn: "Connection") -> VectorSpace:
    """Return whose vectors pictures are compared by: looked for before anything is recorded."""
    space = embeddings.space(conn)
    if space is None:
        raise AnitagError("no_vectors")
    return space


def _parts(conn: "Connection", tag: Tag, shas: Iterable[str]) -> Mapping[str, Place]:
    """Return the regions of pictures by which a character was taught."""
    among = set(shas)
    taught = told_evidence.characters(conn).get(tag, ((), ()))[0]
    uids = (uid for uid in taught if is_part(uid) and image_sha256(uid) in among)
    return regions.places(conn, uids)
