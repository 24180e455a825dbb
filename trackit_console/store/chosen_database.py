"""Which database this user's console and monitor use, as the Connection dialog left it (DB-02).

A file in the data directory says which one. The password is not in it: it lies in the system's keyring, or in a file that
only its owner can read.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from trackit_console.paths import DatabaseUrl, DataDir, make_private_folder, sqlite_url
from trackit_console.settings.database import DatabaseTarget, SqliteTarget, SqlServerTarget, database_adapter
from trackit_console.store.chosen_database_errors import ChoiceNotKept, ChoiceUnreadable, DatabasePasswordMissing
from trackit_console.store.file_rights import readers_of, write_private
from trackit_console.store.system_keyring import SystemKeyring


def chosen_url(data_dir: DataDir) -> DatabaseUrl:
    """The address of the chosen database, the embedded one by default. Raises `ChoiceUnreadable`, `DatabasePasswordMissing`."""
    target = read_choice(data_dir)
    if _needs_password(target) and getattr(target, "password", None) is None:
        raise DatabasePasswordMissing(database=getattr(target, "database", ""))
    return url_of(target, data_dir)


def url_of(target: DatabaseTarget, data_dir: DataDir) -> DatabaseUrl:
    """The address of `target`, with its password."""
    if isinstance(target, SqlServerTarget):
        from trackit_console.store.database_url import sql_server_url  # loads SQLAlchemy

        return DatabaseUrl(sql_server_url(target).render_as_string(hide_password=False))
    return sqlite_url(target.file) if target.file else data_dir.database_url


def read_choice(data_dir: DataDir) -> DatabaseTarget:
    """The chosen database, with its password if it is at hand. Raises `ChoiceUnreadable`."""
    file = data_dir.chosen_database
    try:
        fields = json.loads(file.read_text("utf-8"))
        target = database_adapter.validate_python(fields)
    except FileNotFoundError:
        return SqliteTarget()
    except ValidationError as error:
        # Only where: the text of the error and its cause would repeat what stands in the file.
        raise ChoiceUnreadable("; ".join(str(each["loc"]) for each in error.errors(include_input=False)), file=file) from None
    except (OSError, ValueError) as error:
        raise ChoiceUnreadable(type(error).__name__, file=file) from None
    if _needs_password(target) and (password := _read_password(data_dir)):
        return target.model_copy(update={"password": SecretStr(password)})
    return target


def keep_choice(target: DatabaseTarget, data_dir: DataDir) -> None:
    """Keeps `target` for the next start, and for the monitor of this user. Raises `ChoiceNotKept`."""
    password = getattr(target, "password", None)
    fields: dict[str, Any] = target.model_dump(exclude={"password"}, exclude_none=True)
    try:
        make_private_folder(data_dir.root)
        # First: a choice without its password would not let anybody sign in.
        _keep_password(password.get_secret_value() if password else "", data_dir)
        write_private(data_dir.chosen_database, json.dumps(fields, indent=2).encode(), readers_of(data_dir))
    except OSError as error:
        raise ChoiceNotKept(str(error), file=data_dir.chosen_database) from error


def _user(data_dir: DataDir) -> str:
    return f"{data_dir.root.resolve()} database password"


def _read_password(data_dir: DataDir) -> str:
    file = data_dir.database_password
    # First: where there is a file, it alone is kept up to date.
    if file.exists():
        try:
            return base64.b64decode(file.read_bytes(), validate=True).decode()
        except (OSError, ValueError) as error:
            raise ChoiceUnreadable(type(error).__name__, file=file) from None
    return SystemKeyring().read(_user(data_dir)) or ""


def keep_choice_in_files(data_dir: DataDir) -> list[Path]:
    """Keeps the choice and its password in files, for an account without a keyring, and answers which (`store.service_key`).

    None where nothing was chosen. Raises `ChoiceUnreadable`, `DatabasePasswordMissing`, `ChoiceNotKept`.
    """
    file = data_dir.chosen_database
    if not file.exists():
        return []
    target = read_choice(data_dir)
    password = getattr(target, "password", None)
    if _needs_password(target) and password is None:
        raise DatabasePasswordMissing(database=getattr(target, "database", ""))
    try:
        if password is not None:
            _write_password(password.get_secret_value(), data_dir)
        # As it is: only its rights may be others.
        write_private(file, file.read_bytes(), readers_of(data_dir))
    except OSError as error:
        raise ChoiceNotKept(str(error), file=file) from error
    return [data_dir.database_password, file] if password is not None else [file]


def _needs_password(target: DatabaseTarget) -> bool:
    return isinstance(target, SqlServerTarget) and target.authentication == "sql"


def _keep_password(password: str, data_dir: DataDir) -> None:
    """In the keyring; in a file where that is refused, or where there is a file, which a service may need."""
    file, keyring = data_dir.database_password, SystemKeyring()
    if not password:
        keyring.forget(_user(data_dir))
        file.unlink(missing_ok=True)
    elif file.exists() or not keyring.keep(_user(data_dir), password):
        _write_password(password, data_dir)


def _write_password(password: str, data_dir: DataDir) -> None:
    make_private_folder(data_dir.keys)
    write_private(data_dir.database_password, base64.b64encode(password.encode()), readers_of(data_dir))
