"""An action of the user in words and as JSON."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView


def action_record(action: "ActionView") -> dict[str, object]:
    """Return the JSON of an action."""
    return {"id": action.id, "label": action.label, "at": action.at.isoformat()}
