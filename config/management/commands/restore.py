"""The installation out of one file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.archive import ArchiveRefused, check, restore
from config.management import summary, with_progress
from consortium.management import failures
from consortium.models import Consortium


class Command(BaseCommand):
    help = "Bring an archive back into an empty database, then verify; exit 1 if a row fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="an archive of `backup`")
        parser.add_argument("--check", action="store_true", help="read it through; change nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        work = check if options["check"] else restore
        try:
            with with_progress() as step:
                manifest = work(path.absolute(), step=step)
        except ArchiveRefused as error:
            raise CommandError(str(error), returncode=2) from error
        everything = [None, *Consortium.objects.order_by("slug")] if work is restore else []
        failed = failures(everything)
        if options["json"]:
            answer = {"ok": not failed, **summary(manifest), "failures": failed}
            self.stdout.write(json.dumps(answer))
        else:
            for failure in failed:
                self.stdout.write(
                    f"{failure['consortium'] or '-'}: {failure['subject']}: {failure['detail']}"
                )
            self.stdout.write(
                f"{'whole' if options['check'] else 'restored'}: "
                f"{len(manifest.state['books'])} consortia and {len(manifest.files)} files "
                f"of {manifest.made_at}"
            )
        if failed:
            raise SystemExit(1)
