#!/usr/bin/env python
"""Django's commands, with the embedded servers started for those that need them."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line

from config import embedded

# These read only the code, so a server started for them would be a second lost.
WITHOUT_SERVERS = {"help", "version", "--version", "--help", "makemessages", "compilemessages"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Read here, so that a wrong setting is said before anything else is tried.
    settings.DEBUG  # noqa: B018
    if not WITHOUT_SERVERS.intersection(sys.argv[1:2] or ["help"]):
        embedded.hold()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
