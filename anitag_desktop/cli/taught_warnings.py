"""What there is to say against what was just taught: it has to be plain what taught nothing."""

from typing import TYPE_CHECKING

from anitag_desktop.cli.printing import counted

if TYPE_CHECKING:
    from anitag_desktop.services.teaching import Taught

_ENOUGH = 3


def warnings_of(done: "Taught") -> list[str]:
    """Return the sentences to say after a character was taught."""
    found = []
    one = done.character
    if done.without_vector:
        what = counted(done.without_vector, "region" if done.are_parts else "picture")
        found.append(f"{what} taught nothing yet: no model in use has looked at them.")
    if one.examples < _ENOUGH:
        examples = counted(one.examples, "example")
        found.append(
            f"{one.tag.name} has {examples}: with {_ENOUGH} to 10 it is found on more pictures."
        )
    return found
