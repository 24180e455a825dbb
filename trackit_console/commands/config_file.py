"""`import` and `export`: the configuration as one YAML file (DB-06, docs/interface.md).

Secrets are left out of an export, or sealed under a passphrase. It comes from a file or from standard input, never from an
argument, which other users of the computer could see.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trackit_console.commands.cli_context import CliContext, WrongCall, actor, answer
from trackit_console.commands.import_plan import show_plan
from trackit_console.files import write_file


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares both commands."""
    reading = commands.add_parser("import", help="bring a configuration file into the database")
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.add_argument("--preview", action="store_true", help="only tell what would be added and changed")
    reading.set_defaults(do=import_file)
    writing = commands.add_parser("export", help="write the configuration to a file; secrets are sealed or left out")
    writing.add_argument("file", metavar="FILE", help="the file to write, - for standard output")
    writing.set_defaults(do=export_file)
    for parser in (reading, writing):
        parser.add_argument(
            "--passphrase-file",
            metavar="F",
            help="a file whose first line is the passphrase for the secrets, - for standard input",
        )


def import_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Imports the whole file or nothing; each mistake is reported with its line."""
    from trackit_console.settings.configuration import Configuration
    from trackit_console.settings.configuration_reading import read_configuration
    from trackit_console.store.config_import import import_configuration
    from trackit_console.store.import_preview import preview_import

    file = read_configuration(_text(parsed.file), parsed.file.resolve().parent, _passphrase(parsed))
    with context.opened() as database:
        if parsed.preview:
            show_plan(preview_import(database, file, actor()), as_json=parsed.json)
            return 0
        with database.begin() as transaction:
            import_configuration(transaction, file, actor())
        if database.key_is_new:
            print(
                "The passwords of this database have a new key. Store its recovery key: trackit-console db key", file=sys.stderr
            )
    parts = [name for name in Configuration.model_fields if name != "version" and getattr(file.configuration, name) is not None]
    if parsed.json:
        answer({"imported": parts})
    else:
        print(f"Imported from {parsed.file}: {', '.join(parts) or 'nothing'}.")
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # editors of Windows may begin it with a byte order mark
    except OSError as error:
        raise WrongCall(words=f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongCall(words=f"{file} is not a text file in UTF-8.") from error


def _passphrase(parsed: argparse.Namespace) -> str | None:
    source = parsed.passphrase_file
    if source is None:
        return None
    text = sys.stdin.read() if source == "-" else _text(Path(source))
    # The end of the line is the editor's; blanks within it are the admin's.
    line = text.split("\n", 1)[0].removesuffix("\r")
    if not line:
        raise WrongCall(words="The first line of the passphrase file is empty.")
    return line


def export_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Writes the configuration as YAML."""
    from trackit_console.settings.configuration_writing import write_configuration
    from trackit_console.settings.passphrases import PassphraseSeal
    from trackit_console.store.config_export import export_configuration

    passphrase = _passphrase(parsed)
    seal = PassphraseSeal.new(passphrase) if passphrase is not None else None
    with context.opened() as database, database.reading() as transaction:
        text = write_configuration(export_configuration(transaction, secrets=seal is not None), seal)
    if parsed.file == "-":
        sys.stdout.write(text)
        return 0
    write_file(Path(parsed.file), text.encode())
    return 0
