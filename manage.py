#!/usr/bin/env python
"""Django's command line, on the same database as the running portal."""

import os
import sys

from django.core.management import execute_from_command_line

from portal.running.embedded import ensure_services


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    ensure_services(sys.argv[1:])
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
