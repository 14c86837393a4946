"""Demonstration data, and who to log in as."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo import alliance, sematech
from config.demo.people import PASSWORD, Person, account
from consortium import clock
from consortium.management import refusals
from consortium.models import Consortium

ACCOUNTS = (
    ("Platform administrator", "admin"),
    ("Secretary", "secretary"),
    ("Finance", "finance"),
    ("Auditor", "auditor"),
    ("Projects officer", "projects"),
    ("Results and licences", "ip"),
    ("Reviewer", "reviewer"),
    ("A reader on the board", "reader"),
    ("Supervising department", "supervisor"),
    ("A member's signatory", "huaxin"),
    ("Its technical contact", "huaxin-tech"),
    ("A rival's signatory", "lanhai"),
    ("A signatory in arrears", "boyuan"),
    ("SEMATECH 1988: finance", "austin-finance"),
    ("SEMATECH 1988: Intel", "intel"),
    ("SEMATECH 1988: Harris", "harris"),
)


class Command(BaseCommand):
    help = "Make the demonstration consortia up to today, once; print the accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the accounts only")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The demonstration's password is public; it is not made in production.",
                returncode=2,
            )
        if not options["accounts"]:
            self.build()
        if options["json"]:
            rows = [{"role": role, "login": login} for role, login in ACCOUNTS]
            self.stdout.write(json.dumps({"password": PASSWORD, "accounts": rows}))
        else:
            for role, login in ACCOUNTS:
                self.stdout.write(f"  {role:<24} {login}")
            self.stdout.write(f"  the password of all      {PASSWORD}")

    def build(self) -> None:
        """Make each consortium in one transaction, so that a killed run leaves none half made."""
        account(Person("admin", "Administrator"), admin=True)
        if not Consortium.objects.filter(is_reference=True).exists():
            call_command("load_cases", verbosity=0)
        with refusals():
            if not Consortium.objects.filter(slug=sematech.SLUG).exists():
                with transaction.atomic():
                    sematech.build(sematech.read())
            if not Consortium.objects.filter(slug=alliance.SLUG).exists():
                with transaction.atomic():
                    alliance.build(clock.today())
