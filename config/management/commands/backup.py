"""The installation into one file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.archive import ArchiveRefused, backup
from config.management import summary, with_progress
from consortium import clock


class Command(BaseCommand):
    help = "Write database and stored files into one archive; exit 1 if a file is damaged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="must not exist yet")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with with_progress() as step:
                manifest = backup(path.absolute(), at=clock.now(), step=step)
        except ArchiveRefused as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            answer = summary(manifest) | {"bytes": path.stat().st_size}
            self.stdout.write(json.dumps({"ok": not manifest.damaged, **answer}))
        else:
            for name in manifest.damaged:
                self.stdout.write(f"{name}: missing or altered; the archive holds what there is")
            self.stdout.write(
                f"{path}: {len(manifest.state['books'])} consortia, {len(manifest.files)} files"
            )
        if manifest.damaged:
            raise SystemExit(1)
