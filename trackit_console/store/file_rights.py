"""Who may read the files with keys and passwords: their owner, on Windows also the system and accounts that are named (SEC-02).

On Windows the rights are written out as an SDDL string, which `store.windows_rights` hands to the system.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from trackit_console.paths import DataDir, flush_folder, make_private_folder
from trackit_console.store.windows_accounts import ADMINISTRATORS, SYSTEM, own_sid

_FULL, _READ = "FA", "FR"
_SID = re.compile(r"S-1-\d+(-\d+)+")


def rights(owner: str, readers: Sequence[str]) -> str:
    """The access list of a file as SDDL: all rights for `owner`, the system and its administrators, reading for `readers`.

    It is protected: nothing is inherited from the folder. Accounts are SIDs; who has all rights is not named as a reader.
    """
    full = list(dict.fromkeys((owner, SYSTEM, ADMINISTRATORS)))
    more = [each for each in dict.fromkeys(readers) if each not in full]
    return "D:P" + "".join(f"(A;;{right};;;{sid})" for right, sids in ((_FULL, full), (_READ, more)) for sid in sids)


def readers_of(data_dir: DataDir) -> tuple[str, ...]:
    """The SIDs of the accounts that may read the keys of `data_dir` beside their owner; none on other systems than Windows."""
    try:
        kept = json.loads(data_dir.key_readers.read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    # They become part of an access list: what was typed into the file by hand must be nothing but a SID.
    return tuple(each for each in kept if isinstance(each, str) and _SID.fullmatch(each)) if isinstance(kept, list) else ()


def keep_readers(data_dir: DataDir, readers: Sequence[str]) -> None:
    """Keeps who may read the keys, so that a file that is written later has the same rights. Raises OSError."""
    make_private_folder(data_dir.root)
    make_private_folder(data_dir.keys)
    write_private(data_dir.key_readers, json.dumps(list(readers)).encode(), readers)


def write_private(file: Path, content: bytes, readers: Sequence[str] = ()) -> None:
    """Writes the file atomically and durably, for its owner alone; on Windows `readers`, which are SIDs, may read it.

    Raises OSError.
    """
    beside = file.with_name(f"{file.name}.{uuid4().hex}")
    # With its rights from the first moment: a later change would leave the key readable for a while.
    handle = _create(beside, readers)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            # Durable before the name is changed: after a power cut the file must not be there without its content.
            os.fsync(stream.fileno())
        beside.replace(file)
        flush_folder(file.parent)
    finally:
        beside.unlink(missing_ok=True)


def _create(file: Path, readers: Sequence[str]) -> int:
    if sys.platform == "win32":
        from trackit_console.store.windows_rights import create_file

        return create_file(file, rights(own_sid(), readers))
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
