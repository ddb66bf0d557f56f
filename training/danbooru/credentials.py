"""Who asks Danbooru: a login and an API key, from the environment or a file, and said nowhere."""

import base64
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anitag_desktop.domain.error import AnitagError

LOGIN, KEY, USER = "DANBOORU_LOGIN", "DANBOORU_API_KEY", "DANBOORU_USER_ID"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login and its key; the key stays out of every text that is made of this."""

    login: str
    key: str = field(repr=False)
    user_id: str = ""

    @property
    def who(self) -> str:
        """Whom the site can turn to: what stands in the ``User-Agent``."""
        return f"Danbooru user {self.user_id or self.login}"

    def header(self) -> dict[str, str]:
        """Return the header that logs a request in; addresses never hold the key."""
        pair = f"{self.login}:{self.key}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}


def find_credentials(path: Path | None, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Return what a TOML file says (``login``, ``api_key``, ``user_id``), else the environment.

    Raises:
        AnitagError: ``no_such_file``, ``bad_config`` (which does not quote the file) or
            ``danbooru_login`` where there are none.
    """
    found = _from_file(path) if path else _from_environment(environment)
    if not found.login or not found.key:
        raise AnitagError("danbooru_login", login=LOGIN, key=KEY)
    return found


def _from_environment(environment: Mapping[str, str]) -> Credentials:
    login, key, user = (environment.get(name, "").strip() for name in (LOGIN, KEY, USER))
    return Credentials(login, key, user)


def _from_file(path: Path) -> Credentials:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise AnitagError("no_such_file", path=path) from None
    except (OSError, ValueError):  # its message might quote the key
        raise AnitagError("bad_config", path=path, reason="it is no TOML") from None
    login, key, user = (str(values.get(name, "")) for name in ("login", "api_key", "user_id"))
    return Credentials(login.strip(), key.strip(), user.strip())
