"""The simulated cloud as a process: `python -m tests.servers.microsoft --state DIR [--port N]`.

DIR holds `server.pem` (certificate and key) and, where wanted, `setup.json`: a list of control commands to begin with.
The address is printed as the first line. The process ends when its standard input does, so that it outlives nobody.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.servers.certificates import ServerCertificate
from tests.servers.microsoft import control
from tests.servers.microsoft.server import Microsoft


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    with Microsoft(ServerCertificate(arguments.state / "server.pem"), port=arguments.port) as cloud:
        control.register(cloud)
        setup = arguments.state / "setup.json"
        for command in json.loads(setup.read_text("utf-8")) if setup.exists() else []:
            control.do(cloud, command.pop("do"), command)
        sys.stdout.write(f"{cloud.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
