"""`import` and `export`: the configuration as one YAML file (docs/interface.md). Secrets are left out of an export."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from trackit_console.commands.cli_context import CliContext, WrongCall, actor, answer, write_file


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares both commands."""
    reading = commands.add_parser("import", help="bring a configuration file into the database")
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.set_defaults(do=import_file)
    writing = commands.add_parser("export", help="write the configuration to a file, without secrets")
    writing.add_argument("file", metavar="FILE", help="the file to write, - for standard output")
    writing.set_defaults(do=export_file)


def import_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Imports the whole file or nothing; each mistake is reported with its line."""
    from trackit_console.settings.configuration import read_configuration
    from trackit_console.store.config_transfer import import_configuration

    file = read_configuration(_text(parsed.file), parsed.file.resolve().parent)
    with context.opened() as database, database.begin() as transaction:
        import_configuration(transaction, file, actor())
    parts = [
        name
        for name in type(file.configuration).model_fields
        if name != "version" and getattr(file.configuration, name) is not None
    ]
    if parsed.json:
        answer({"imported": parts})
    else:
        print(f"Imported from {parsed.file}: {', '.join(parts) or 'nothing'}.")
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WrongCall(words=f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongCall(words=f"{file} is not a text file in UTF-8.") from error


def export_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Writes the configuration as YAML."""
    from trackit_console.settings.configuration import write_configuration
    from trackit_console.store.config_transfer import export_configuration

    with context.opened() as database, database.reading() as transaction:
        text = write_configuration(export_configuration(transaction))
    if parsed.file == "-":
        sys.stdout.write(text)
        return 0
    write_file(Path(parsed.file), text.encode())
    return 0
