"""The command line as an admin's script sees it: standard output, standard error, exit codes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.smtp import SmtpServer
from tests.servers.tds import Behaviour, tds_server
from trackit_console.__main__ import main
from trackit_console.paths import DataDir
from trackit_console.store import schema
from trackit_console.store.backup_files import backup_folder, backups_of
from trackit_console.store.database_setup import schema_state
from trackit_console.store.engine import make_engine


@pytest.fixture
def run(data_dir: DataDir, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the program in the data directory; answers exit code, output and errors."""

    def run_it(*arguments: str, database: str = "") -> tuple[int, str, str]:
        where = ["--database", database] if database else []
        try:
            code = main(["--data-dir", str(data_dir.root), *where, *arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_it


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def configured(
    run: Run, tmp_path: Path, dovecot: Dovecot, account: Account, certificates: Certificates, smtp_server: Any
) -> SmtpServer:
    """A mailbox on Dovecot and an outgoing account, imported from a file with a path relative to it."""
    outgoing: SmtpServer = smtp_server("ssl_tls")
    (tmp_path / "ca.pem").write_bytes(certificates.ca_file.read_bytes())
    configuration = {
        "version": 1,
        "mailboxes": [
            {
                "type": "imap",
                "server": dovecot.host,
                "port": dovecot.imaps,
                "user_account_name": account.name,
                "password": account.password,
                "ca_file": "ca.pem",
            }
        ],
        "outgoing": {
            "authentication": "basic",
            "smtp_server_name": outgoing.host,
            "port": outgoing.port,
            "security": "ssl_tls",
            "user_account_name": outgoing.name,
            "password": outgoing.password,
            "ca_file": "ca.pem",
            "from_address": account.name,
        },
    }
    file = tmp_path / "configuration.yaml"
    file.write_text(yaml.safe_dump(configuration))
    code, out, err = run("import", str(file))
    assert code == 0, err
    # Once, at the first import into this database.
    assert err.count("\n") == 1 and "trackit-console db key" in err
    assert "mailboxes, outgoing" in out
    return outgoing


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize(
    "command", ["console", "monitor", "check", "import", "export", "activity", "records", "parse", "quarantine", "db", "demo"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert f"trackit-console {command}" in out


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize(
    "arguments", [["fly"], ["monitor", "--twice"], ["db"], ["parse", "no-such-file.eml"], ["import", "none.yaml"]]
)
def test_a_wrong_call_exits_2(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.covers("PKG-02", "IN-10", "OUT-05")
def test_check_tells_every_step_and_sends_a_test_message(run: Run, configured: SmtpServer, account: Account) -> None:
    code, out, _ = run("check", "--json")
    answer = json.loads(out)
    [mailbox] = answer["mailboxes"]
    assert code == 0, out
    assert [step["step"] for step in mailbox["steps"]] == ["resolve", "connect", "tls", "sign_in", "folder", "send"]
    assert {step["state"] for step in mailbox["steps"]} == {"passed"}
    assert answer["outgoing"]["ok"]
    assert [each.recipients for each in configured.accepted] == [(account.name,)] * 2
    assert account.password not in out


@pytest.mark.covers("PKG-02", "RUN-01")
def test_monitor_once_then_activity_and_records(run: Run, configured: SmtpServer, dovecot: Dovecot, account: Account) -> None:
    dovecot.append_all(
        account.name, [raw_message(1, size=500), raw_message(2, subject="Out of Office"), raw_message(3, subject="x" * 401)]
    )
    code, out, _ = run("monitor", "--once", "--json")
    [mailbox] = json.loads(out)["mailboxes"]
    assert code == 0
    assert mailbox == {
        "name": account.name, "seen": 3, "processed": 1, "filtered": 1, "refused": 0, "quarantined": 1, "error": None,
    }  # fmt: skip
    _, out, _ = run("activity", "--json")
    views = json.loads(out)
    assert [each["outcome"] for each in views] == ["quarantined", "filtered", "created"]
    assert views[2]["record"] == "Ticket - 1"
    assert views[1]["reasons"] == ["Subject rule “Out of Office” matches the subject."]
    _, out, _ = run("activity", "--search", "office OUT", "--json")
    assert json.loads(out) == views[1:2]
    assert run("activity", "--search", "ffice")[1] == "No message was found.\n"
    _, out, _ = run("records", "--json")
    [record] = json.loads(out)
    assert (record["module"], record["id"], record["source"], record["requestor"]) == (
        "Ticket",
        1,
        "Email",
        "anna@contoso.example",
    )
    [attachment] = record["notes"][0]["attachments"]
    assert (attachment["name"], attachment["size"], attachment["stored"]) == ("report-1.pdf", 500, True)


@pytest.mark.covers("PKG-02", "DB-06", "SEC-02")
def test_an_export_has_no_secret_and_imports_into_itself(
    run: Run, configured: SmtpServer, account: Account, tmp_path: Path
) -> None:
    file = tmp_path / "export.yaml"
    assert run("export", str(file))[0] == 0
    text = file.read_text()
    assert account.password not in text
    assert configured.password not in text
    assert run("import", str(file))[0] == 0
    assert run("export", "-")[1] == text
    assert run("check")[0] == 0  # the stored secrets stayed


@pytest.mark.covers("PKG-02", "IN-07")
def test_a_file_with_mistakes_is_refused_whole_with_line_field_and_words(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "version: 1\nmonitor:\n  poll_interval: 0\n  colour: red\nmailboxes:\n  - type: imap\n    server: mail.example.com\n"
        "    user_account_name: a@example.com\n    port: '993'\n"
    )
    code, out, err = run("import", str(file), "--json")
    findings = json.loads(out)["error"]["findings"]
    assert code == 1
    assert [(each["line"], each["field"]) for each in findings] == [
        (3, "monitor.poll_interval"), (4, "monitor.colour"), (9, "mailboxes.0.port"),
    ]  # fmt: skip
    assert findings[0]["words"] == "Enter a whole number from 1 to 9999."
    assert "line 4: monitor.colour: There is no setting of this name" in err
    assert yaml.safe_load(run("export", "-")[1])["monitor"]["poll_interval"] == 5


@pytest.mark.covers("DB-03", "DB-05")
@pytest.mark.parametrize("damage", ["rubbish", "newer", "foreign", "folder"])
def test_a_database_that_cannot_be_used_exits_3_with_words(run: Run, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "other.sqlite3"
    if damage == "rubbish":
        file.write_bytes(b"This is not a database. " * 500)
    elif damage == "folder":
        file.mkdir()
    else:
        with sqlite3.connect(file) as connection:
            table = "alembic_version (version_num TEXT)" if damage == "newer" else "recipes (name TEXT)"
            connection.execute(f"CREATE TABLE {table}")
            connection.execute(f"INSERT INTO {table.split(maxsplit=1)[0]} VALUES ('9999')")
        connection.close()
    before = file.read_bytes() if file.is_file() else b""
    code, out, err = run("activity", "--json", database=f"sqlite:///{file}")
    codes = {
        "rubbish": "database_damaged",
        "newer": "database_newer",
        "foreign": "database_damaged",
        "folder": "database_unavailable",
    }
    assert (code, json.loads(out)["error"]["code"]) == (3, codes[damage])
    assert "Traceback" not in err
    assert damage == "folder" or file.read_bytes() == before


@pytest.mark.covers("PKG-02", "DB-05")
@pytest.mark.parametrize(
    "command", [["db", "status"], ["db", "upgrade"], ["db", "sql"], ["activity"], ["monitor", "--once"], ["export", "-"]]
)
@pytest.mark.parametrize("address", ["mssql+pyodbc//sa:canary@sql01", "oracle://sa:canary@sql01/x"])
def test_a_database_address_that_cannot_be_used_is_a_wrong_call(run: Run, command: list[str], address: str) -> None:
    code, out, err = run(*command, database=address)
    assert (code, out) == (2, "")
    assert "not the address of a database" in err
    assert "canary" not in err


@pytest.mark.covers("DB-03")
def test_an_older_database_is_backed_up_before_it_is_upgraded(run: Run, data_dir: DataDir) -> None:
    data_dir.database.unlink(missing_ok=True)
    engine = make_engine(data_dir.database_url)
    schema.upgrade(engine, schema.REVISIONS[-2])
    engine.dispose()
    code, out, _ = run("db", "upgrade")
    [backup] = backups_of(data_dir.database, backup_folder(data_dir.database, ""))
    assert (code, str(backup.path) in out) == (0, True)
    assert schema_state(f"sqlite:///{backup.path}")[1] == schema.REVISIONS[-2]
    assert run("db", "upgrade")[1].count("Backed up") == 0, "there is nothing to upgrade any more"


@pytest.mark.covers("SEC-02")
def test_a_lost_key_is_replaced_and_the_new_recovery_key_told(run: Run, data_dir: DataDir) -> None:
    assert run("export", "-")[0] == 0
    assert json.loads(run("db", "rotate-key", "--lost", "--json")[1])["error"]["code"] == "key_not_lost"
    for each in (data_dir.key_file, *data_dir.keys.glob("*")):
        each.unlink()
    assert run("export", "-")[0] == 3
    code, out, err = run("db", "rotate-key", "--lost")
    assert (code, "Type every stored password again" in err) == (0, True)
    assert run("export", "-")[0] == 0
    assert run("db", "key")[1] == out


@pytest.mark.covers("DB-03", "PKG-02")
def test_there_is_no_sql_for_the_embedded_database(run: Run) -> None:
    """What an upgrade of a file does depends on what is in it."""
    code, out, err = run("db", "sql", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (3, "no_script_for_file")
    assert "Traceback" not in err


@pytest.mark.covers("DB-03", "PKG-02")
@pytest.mark.parametrize(("revision", "said"), [("0007", ""), (schema.HEAD, "nothing to upgrade")])
def test_the_sql_leads_from_the_schema_of_the_database(run: Run, revision: str, said: str) -> None:
    with tds_server(Behaviour(answers={"OBJECT_ID(N'alembic_version')": [[5]], "version_num": [[revision]]})) as server:
        address = f"mssql://trackit:secret@127.0.0.1:{server.port}/TRACKIT?driver=FreeTDS&Encrypt=no"
        code, out, err = run("db", "sql", database=address)
    assert (code, "GRANT SELECT" in out, "CREATE TABLE" in out) == (0, True, False)
    assert f"version_num = N'{revision}'" in out
    assert said in err if said else err == ""


@pytest.mark.covers("DB-03")
def test_asking_about_a_database_that_was_never_made_says_so_and_makes_none(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite3"
    code, out, _ = run("db", "status", "--json", database=f"sqlite:///{file}")
    error = json.loads(out)["error"]
    assert (code, error["code"], file.exists()) == (3, "database_missing", False)
    assert str(file) in error["detail"]


@pytest.mark.covers("SEC-02")
def test_another_computer_is_enrolled_with_the_recovery_key(
    run: Run, data_dir: DataDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import io

    key = run("db", "key")[1].strip()
    other = ["--data-dir", str(tmp_path / "other"), "--database", data_dir.database_url]
    DataDir(tmp_path / "other").make().key_file.write_bytes(b"b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVybyE=")
    assert main([*other, "activity"]) == 3
    assert "recovery key" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(key.replace(key[0], "7" if key[0] != "7" else "6", 1)))
    assert main([*other, "db", "enroll"]) == 3
    monkeypatch.setattr("sys.stdin", io.StringIO(key.lower() + "\n"))
    assert main([*other, "db", "enroll"]) == 0
    assert main([*other, "activity"]) == 0


@pytest.mark.covers("SEC-02")
def test_another_key_is_told_and_goes_to_computers_that_had_the_old_one(
    run: Run, data_dir: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = DataDir(tmp_path / "other").make()
    other.key_file.write_bytes(data_dir.key_file.read_bytes())
    before = run("db", "key")[1].strip()
    code, out, err = run("db", "rotate-key")
    assert (code, out.strip() == before) == (0, False)
    assert "take the new key by themselves" in err
    there = ["--data-dir", str(other.root), "--database", data_dir.database_url]
    assert main([*there, "activity"]) == 0
    capsys.readouterr()
    code, out, _ = run("db", "rotate-key", "--at-once", "--json")
    assert json.loads(out) == {"recovery_key": run("db", "key")[1].strip()}
    assert main([*there, "activity"]) == 3


@pytest.mark.covers("LOG-01")
def test_a_mailbox_that_logs_events_has_its_file(
    run: Run, configured: SmtpServer, dovecot: Dovecot, account: Account, data_dir: DataDir, tmp_path: Path
) -> None:
    run("monitor", "--once")
    assert not list(data_dir.logs.glob("ImapMailListener_*.log"))
    file = tmp_path / "log.yaml"
    exported = yaml.safe_load(run("export", "-")[1])
    exported["mailboxes"][0]["log_events"] = True
    file.write_text(yaml.safe_dump(exported))
    assert run("import", str(file))[0] == 0
    dovecot.append(account.name, raw_message(1))
    run("monitor", "--once")
    [log] = data_dir.logs.glob("ImapMailListener_*-*-*.log")
    words = log.read_text(encoding="utf-8")
    assert "created Ticket - 1" in words
    assert account.password not in words
