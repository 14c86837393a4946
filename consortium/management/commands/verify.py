"""Recompute everything that must hold, and name what does not."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from consortium.management import consortium_of, failures, refusals
from consortium.models import Consortium


class Command(BaseCommand):
    help = "Recompute the audit chain, the ledger and every digest; exit 1 if a row fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--consortium", metavar="SLUG", help="one only (default: all)")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        with refusals():
            if options["consortium"]:
                chosen: list[Consortium | None] = [consortium_of(options["consortium"])]
            else:
                chosen = [None, *Consortium.objects.order_by("slug")]
        failed = failures(chosen)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not failed, "failures": failed}))
        for failure in [] if options["json"] else failed:
            self.stdout.write(
                f"{failure['consortium'] or '-'}: {failure['subject']}: {failure['detail']}"
            )
        if failed:
            raise SystemExit(1)
        if not options["json"]:
            self.stdout.write(f"ok: {len(chosen)} chains and their books hold")
