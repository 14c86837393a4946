"""Carrying over who is there: organizations, members and their people, row by row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from consortium.errors import DomainError
from consortium.models import Charter, Consortium, Member, Organization, User
from consortium.operations.appointments import appoint
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.operations.seats import give_seat
from consortium.operations.users import create_user
from consortium.rules.choices import Rank
from consortium.states import Role
from funding.models import CutOver
from funding.reports.rounds import SECTION
from funding.rules.cutover import Book, Row
from funding.rules.cutover.reading import BETWEEN, one_of


class SaidTwice(DomainError):
    """The same stands in a row above."""

    code = "cutover_repeated"


class OrganizationNotKnown(DomainError):
    code = "cutover_unknown_organization"


class AmbiguousName(DomainError):
    """More than one organization is called so."""

    code = "cutover_ambiguous"


class CategoryNotInCharter(DomainError):
    code = "cutover_unknown_category"


class NoSuchMember(DomainError):
    code = "cutover_no_member"


class NoMailAddress(DomainError):
    code = "cutover_no_email"


class Doubtful(Exception):
    """The row rests on one that is refused itself: it is said there."""


@dataclass
class Carrying:
    """What is being carried over: into which consortium, from which book, by whom.

    `by`: the secretary. `known`: organizations by number and by each of their names, None
    for a row that is refused; `members` likewise, by organization.
    """

    cut_over: CutOver
    book: Book
    by: User | None
    on: date
    faults: list[DomainError] = field(default_factory=list)
    known: dict[str, set[Organization | None]] = field(default_factory=dict)
    members: dict[int, Member | None] = field(default_factory=dict)

    @property
    def consortium(self) -> Consortium:
        return self.cut_over.consortium

    def each[T](
        self,
        sheet: str,
        write: Callable[["Carrying", Row], T],
        columns: dict[str, str],
        *,
        instead: Callable[["Carrying", Row], None] | None = None,
    ) -> list[T]:
        """Write each row of a sheet; one that is refused leaves nothing behind but its fault.

        `columns`: in which column an error stands, by its code; in the first otherwise.
        `instead`: what is to be remembered of a row that could not be written.
        """
        done = []
        for row in self.book.rows[sheet]:
            try:
                if row.whole:
                    with transaction.atomic():
                        done.append(write(self, row))
                    continue
            except Doubtful:
                pass
            except DomainError as error:
                column = columns.get(error.code, next(iter(row.places)))
                self.faults.append(row.refused(column, error))
            if instead is not None:
                instead(self, row)
        return done

    def know(self, organization: Organization | None, *keys: str) -> None:
        for key in filter(None, keys):
            self.known.setdefault(key, set()).add(organization)

    def organization(self, key: str) -> Organization:
        """Return who is meant by a number or a name. Raises OrganizationNotKnown, AmbiguousName."""
        found = self.known.get(key, set())
        if not found:
            raise OrganizationNotKnown(name=key)
        if None in found:
            raise Doubtful
        if len(found) > 1:
            raise AmbiguousName(name=key)
        (organization,) = found
        assert organization is not None
        return organization

    def member(self, key: str) -> Member:
        """Return whose a row is. Raises NoSuchMember and what `organization` does."""
        organization = self.organization(key)
        if organization.pk not in self.members:
            raise NoSuchMember(name=str(organization))
        member = self.members[organization.pk]
        if member is None:
            raise Doubtful
        return member


def refuse_repeated(seen: dict[Any, int], row: Row, *what: Any) -> None:
    """Raise SaidTwice where a row above says it of the same."""
    first = seen.setdefault(what, row.number)
    if first != row.number:
        raise SaidTwice(row=first)


def carry_people(carrying: Carrying) -> None:
    """Carry over organizations, members, appointments and seats."""
    here = carrying.consortium
    ours = Q(registered_by=here) | Q(known_to=here) | Q(members__consortium=here)
    for each in Organization.objects.filter(ours).distinct():
        carrying.know(each, each.registration_number, each.name_zh, each.name_en)
    numbers: dict[Any, int] = {}

    def organization(carrying: Carrying, row: Row) -> None:
        if row["registration_number"]:
            refuse_repeated(numbers, row, row["country"].upper(), row["registration_number"])
        register(carrying, row)

    carrying.each("organizations", organization, ORGANIZATION, instead=doubt_organization)
    carrying.members |= {each.organization_id: each for each in here.members.all()}
    categories = categories_of(here, carrying.cut_over.on)
    seen: dict[Any, int] = {}

    def member(carrying: Carrying, row: Row) -> None:
        found = carrying.organization(row["organization"])
        refuse_repeated(seen, row, found.pk)
        if categories and row["category"] not in categories:
            raise CategoryNotInCharter(category=row["category"], known=sorted(categories))
        carrying.members[found.pk] = admitted(carrying, row, found)

    carrying.each("members", member, MEMBER, instead=doubt_member)
    carrying.each("appointments", appointment, APPOINTMENT)
    carrying.each("seats", seat, SEAT)


ORGANIZATION = {"no_name": "name_zh", "unknown_country": "country"}
MEMBER = {
    "term_overlaps": "starts_on",
    "term_outside_consortium": "starts_on",
    "cutover_unknown_category": "category",
}
APPOINTMENT = {
    "own_appointment": "email",
    "cutover_no_email": "email",
    "already_appointed": "role",
    "cutover_no_choice": "role",
    "organization_missing": "organization",
    "organization_not_allowed": "organization",
    "foreign_organization": "organization",
    "cutover_unknown_organization": "organization",
    "cutover_ambiguous": "organization",
}


SEAT = {
    "no_such_body": "body",
    "seat_overlaps": "body",
    "body_full": "body",
    "seat_of_no_member": "starts_on",
    "seat_outlasts": "ends_on",
    "ends_before_start": "ends_on",
}


def register(carrying: Carrying, row: Row) -> None:
    found = register_organization(
        consortium=carrying.consortium,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        kind=row["kind"],
        country=row["country"].upper(),
        registration_number=row["registration_number"],
        by=carrying.by,
        on=carrying.on,
    )
    number = row["registration_number"]
    carrying.know(found, *{number, found.registration_number, found.name_zh, found.name_en})


def doubt_organization(carrying: Carrying, row: Row) -> None:
    keys = {row["registration_number"] or "", row["name_zh"] or "", row["name_en"] or ""}
    carrying.know(None, *(each for each in keys if each not in carrying.known))


def admitted(carrying: Carrying, row: Row, organization: Organization) -> Member:
    term = admit(
        consortium=carrying.consortium,
        organization=organization,
        category=row["category"],
        starts_on=row["starts_on"],
        by=carrying.by,
        on=carrying.on,
    )
    return term.member


def doubt_member(carrying: Carrying, row: Row) -> None:
    for each in carrying.known.get(row["organization"] or "", ()):
        if each is not None:
            carrying.members.setdefault(each.pk, None)


def appointment(carrying: Carrying, row: Row) -> None:
    """Appoint a person; who has no account yet is given one, without a password."""
    role = Role(one_of(list(Role), row["role"]))
    whose = carrying.organization(row["organization"]) if row["organization"] else None
    if whose is not None and carrying.members.get(whose.pk, whose) is None:
        raise Doubtful
    try:
        validate_email(row["email"])
    except ValidationError:
        raise NoMailAddress(email=row["email"]) from None
    user = User.objects.filter(email__iexact=row["email"]).first() or create_user(
        username=row["email"].casefold(),
        name=row["person"],
        email=row["email"],
        language=carrying.consortium.language,
        by=None,
        on=carrying.on,
    )
    appoint(
        consortium=carrying.consortium,
        user=user,
        role=role,
        organization=whose,
        starts_on=row["starts_on"] or carrying.cut_over.on,
        by=carrying.by,
        on=carrying.on,
    )


def seat(carrying: Carrying, row: Row) -> None:
    give_seat(
        member=carrying.member(row["organization"]),
        body=row["body"].split(BETWEEN)[0].strip(),
        rank=Rank(row["rank"]),
        person=row["person"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        by=carrying.by,
        on=carrying.on,
    )


def categories_of(consortium: Consortium, on: date) -> set[str]:
    """Return the categories of members the charter of a day knows; none where it names none."""
    charter = Charter.objects.adopted().on(on).filter(consortium=consortium).first()
    if charter is None:
        return set()
    sections = {each.code: each.parsed() for each in charter.sections.all()}
    dues, admission = sections.get(SECTION), sections.get("admission")
    levied = [code for levy in dues.levies for code in levy.categories] if dues else []
    named = [each.code for each in admission.categories] if admission else []
    return {*levied, *named}
