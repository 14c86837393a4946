"""Licences of a result of two owners: SEMATECH's late rule, from the application to its money."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from consortium.models import Organization, User
from consortium.operations.organizations import register_organization
from consortium.states import Role
from funding.models import Charge
from funding.operations.charging import account_of
from ip.models import Licence, LicenceApplication, OwnershipShare, Result, RoyaltyStatement
from ip.operations.applying import Wanted, apply_for_licence, enter_application
from ip.operations.granting import Decided, grant_licence
from ip.operations.licensing import Offered, consent_to_licence, propose_licence
from ip.operations.royalties import Line, Sales, state_royalty
from ip.rules.choices import Confidentiality, LicenceKind, Use
from ip.states import SalesLine
from tests.factories.receipts import allotted, paid
from tests.factories.results import SECTION, disclosed
from tests.factories.running import Running, running, someone
from tests.snapshot import built_once

EVE, OPENED = date(2028, 5, 30), date(2028, 5, 31)
"""Members only for 24 months from 31 May 2026; then any domestic organization."""

GRANTED = date(2028, 7, 1)
STATED = date(2029, 1, 20)
PERIOD = date(2028, 7, 1)


def levy(code: str, occasion: str) -> dict[str, Any]:
    return {
        "code": code,
        "label": {"en": code},
        "unit": "USD",
        "trigger": {"kind": "occasion", "of": occasion},
        "calendar": {"due": {"days": 30}},
        "rule": [{"add": {"rate": "1", "of": "amount"}}],
    }


LEVIES = {"levies": [levy("licence_fees", "licence_fee"), levy("royalties", "royalty")]}
LATE = SECTION | {
    "home": "US",
    "exclusivity": [
        SECTION["exclusivity"][0]
        | {"opens": [{"to": "domestic", "terms": "fee_and_royalty"}], "clause": "Late phase, 4"}
    ],
    "licensing": {
        "clause": "Late phase, 5",
        "portions": [{"to": "association", "share": "0.1"}],
        "barred": ["expelled"],
    },
}
"""SEMATECH late, with a tenth for the association."""


@dataclass
class Licensing:
    """A consortium with a result of alpha (1/3) and beta (2/3), and companies outside."""

    here: Running
    result: Result
    western: Organization
    people: dict[str, User]

    def outsider(self, name: str, country: str) -> Organization:
        found: Organization = register_organization(
            consortium=self.here.consortium, name_en=name, kind="enterprise", country=country,
            registration_number=name, by=None, on=OPENED,
        )  # fmt: skip
        account_of(self.here.consortium, found)
        return found

    def share(self, name: str) -> OwnershipShare:
        owner = self.here.members[name].organization
        return OwnershipShare.objects.get(result=self.result, owner=owner)

    def apply(
        self, organization: Organization | None = None, *, on: date = GRANTED, **wanted: Any
    ) -> LicenceApplication:
        member = account_of(self.here.consortium, organization or self.western)
        return apply_for_licence(
            applicant=member, result=self.result, wanted=wants(**wanted), by=None, on=on
        )

    def enter(self, organization: Organization, *, on: date = GRANTED) -> LicenceApplication:
        return enter_application(
            result=self.result, applicant=organization, wanted=wants(), applied_on=on,
            by=self.people["ip"], on=on,
        )  # fmt: skip

    def propose(self, application: LicenceApplication | None = None, **changes: Any) -> Licence:
        return propose_licence(
            application=application or self.apply(), offered=offered(**changes),
            by=self.people["ip"], on=GRANTED,
        )  # fmt: skip

    def agree(self, licence: Licence, *names: str, on: date = GRANTED) -> Licence:
        for name in names:
            consent_to_licence(
                share=self.share(name), licence=licence, by=self.here.people[name], on=on
            )
        return licence

    def grant(self, licence: Licence, *, on: date = GRANTED, **decided: Any) -> Licence:
        return grant_licence(
            licence=licence, decided=Decided(**decided), by=self.here.people["secretary"], on=on
        )

    def granted(self, application: LicenceApplication | None = None, **changes: Any) -> Licence:
        """Go the whole way with every owner's consent."""
        return self.grant(self.agree(self.propose(application, **changes), "alpha", "beta"))

    def state(
        self,
        licence: Licence,
        sales: str = "1000000",
        less: str = "100000",
        *,
        starts_on: date = PERIOD,
        on: date = STATED,
    ) -> RoyaltyStatement:
        return state_royalty(licence=licence, sales=sold(sales, less, starts_on), by=None, on=on)

    def pay(self, charge: Charge, on: date = STATED) -> None:
        """Let the licensee pay a charge in full."""
        amount = str(charge.amount)
        allotted(paid(self.here.consortium, amount, on=on), charge.member, {charge.number: amount})


def wants(**changes: Any) -> Wanted:
    given: dict[str, Any] = {
        "kind": LicenceKind.NON_EXCLUSIVE, "uses": {Use.EXPLOIT}, "text": "To make lenses",
    }  # fmt: skip
    return Wanted(**given | changes)


def offered(**changes: Any) -> Offered:
    """Return a fee of 100,000 USD, and 5% of net sales every half year, 12,000 a year at least."""
    given: dict[str, Any] = {
        "starts_on": GRANTED, "ends_on": date(2033, 1, 1), "unit": "USD", "fee": Decimal(100000),
        "rate": Decimal("0.05"), "minimum": Decimal(12000), "anchor": date(2028, 1, 1),
        "every_months": 6,
    }  # fmt: skip
    return Offered(**given | changes)


def sold(sales: str, less: str = "0", starts_on: date = PERIOD) -> Sales:
    lines = [Line(SalesLine.SALES, "Lenses", Decimal(sales))]
    if Decimal(less):
        lines.append(Line(SalesLine.DEDUCTION, "Returned", Decimal(less)))
    return Sales(starts_on, lines, "A. Signer")


@built_once
def licensing(slug: str = "late", **changes: Any) -> Licensing:
    """Return SEMATECH's late phase, or a section changed from it, and a US company outside."""
    here = running(slug, ip=LATE | changes, dues=LEVIES, governance=BOARD)
    here.people["ip"] = someone(here, "ip", Role.IP)
    result = disclosed(
        here, {"alpha": "1/3", "beta": "2/3"}, confidentiality=Confidentiality.PUBLIC
    )
    made = Licensing(here, result, result.disclosed_by, here.people)
    made.western = made.outsider("Western", "US")
    here.people["western"] = someone(here, "western", Role.SIGNATORY, made.western)
    return made


BOARD = {"bodies": [{"code": "board", "label": {"en": "Board"}, "kind": "board"}]}
