"""WHERE it is kept: tables, migrations, repositories, secrets, audit. All SQL is here."""
