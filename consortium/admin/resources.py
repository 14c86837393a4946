"""The tables of the ground that people exchange: organizations, terms, appointments, consortia."""

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from consortium import money
from consortium.admin.exchange import (
    AlreadyThere,
    Ambiguous,
    NotThere,
    Table,
    choice,
    day,
    required_day,
)
from consortium.models import Appointment, Consortium, MembershipTerm, Organization, User
from consortium.operations.appointments import appoint
from consortium.operations.members import admit
from consortium.operations.organizations import register_organization
from consortium.states import MEMBER_ROLES, ORGANIZATION_KINDS, Role

NAMES = ("name_en", "name_zh", "country", "registration_number")


def identity(organization: Organization | None) -> dict[str, Any]:
    return {name: getattr(organization, name) if organization else "" for name in NAMES}


class OrganizationResource(Table):
    columns = ("consortium", "name_en", "name_zh", "kind", "country", "registration_number")
    optional = ("consortium", "registration_number")

    def rows(self, queryset: QuerySet[Organization]) -> QuerySet[Organization]:
        return queryset.select_related("registered_by")

    def cells(self, row: Organization) -> dict[str, Any]:
        visible = {each.pk: each.slug for each in self.here.consortia}
        return {
            **identity(row),
            "consortium": visible.get(row.registered_by_id or 0, ""),
            "kind": row.kind,
        }

    def write(self, row: dict[str, str]) -> Organization:
        consortium = self.consortium(row, "consortium.register_organization")
        values: dict[str, Any] = {
            **{name: row[name] for name in NAMES},
            "kind": choice(row, "kind", ORGANIZATION_KINDS),
        }
        seen = Organization.objects.visible_to(self.here.user, self.here.today)
        if seen.filter(**values).exists():
            raise AlreadyThere
        return register_organization(consortium=consortium, **values, **self.who(consortium))


class WithOrganization(Table):
    """A table whose rows name an organization by its number, or by a name."""

    def organization(self, row: dict[str, str]) -> Organization:
        """Return the one visible organization a row means. Raises NotThere, Ambiguous."""
        number = row["registration_number"]
        names = [name for name in (row["name_en"], row["name_zh"]) if name]
        if number:
            found = Q(registration_number=number)
            if row["country"]:
                found &= Q(country=row["country"])
        else:
            found = Q(name_en__in=names) | Q(name_zh__in=names)
        seen = Organization.objects.visible_to(self.here.user, self.here.today).filter(found)
        match list(seen[:2]):
            case [one]:
                return one
            case []:
                raise NotThere(column="organization", value=number or ", ".join(names))
        raise Ambiguous(value=number or ", ".join(names))


class MemberResource(WithOrganization):
    columns = ("consortium", *NAMES, "category", "starts_on", "ends_on", "share")
    optional = ("consortium", "name_en", "name_zh", "country", "registration_number", "share")

    def rows(self, queryset: QuerySet[Any]) -> QuerySet[MembershipTerm]:
        return (
            MembershipTerm.objects.filter(member__in=queryset.order_by().values("pk"))
            .select_related("member__organization", "member__consortium")
            .order_by("member__consortium__slug", "member__organization__name_en", "starts_on")
        )

    def cells(self, row: MembershipTerm) -> dict[str, Any]:
        return {
            "consortium": row.member.consortium.slug,
            **identity(row.member.organization),
            "category": row.category,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "share": row.share,
        }

    def write(self, row: dict[str, str]) -> MembershipTerm:
        consortium = self.consortium(row, "consortium.admit")
        organization = self.organization(row)
        share: Decimal | None = money.parse(row["share"]) if row["share"] else None
        term: dict[str, Any] = {
            "category": row["category"],
            "starts_on": required_day(row, "starts_on"),
            "ends_on": day(row, "ends_on"),
            "share": share,
        }
        same = MembershipTerm.objects.filter(
            member__consortium=consortium, member__organization=organization, **term
        )
        if same.exists():
            raise AlreadyThere
        return admit(
            consortium=consortium, organization=organization, **term, **self.who(consortium)
        )


class AppointmentResource(WithOrganization):
    columns = ("consortium", "username", "role", *NAMES, "starts_on", "ends_on")
    optional = ("consortium", "name_en", "name_zh", "country", "registration_number", "ends_on")

    def rows(self, queryset: QuerySet[Appointment]) -> QuerySet[Appointment]:
        return queryset.select_related("consortium", "user", "organization")

    def cells(self, row: Appointment) -> dict[str, Any]:
        return {
            "consortium": row.consortium.slug,
            "username": row.user.username,
            "role": row.role,
            **identity(row.organization),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }

    def write(self, row: dict[str, str]) -> Appointment:
        consortium = self.consortium(row, "consortium.appoint")
        user = User.objects.filter(username=row["username"], is_active=True).first()
        if user is None:
            raise NotThere(column="username", value=row["username"])
        role = Role(choice(row, "role", Role.choices))
        named = any(row[name] for name in NAMES)
        terms: dict[str, Any] = {
            "role": role,
            "organization": self.organization(row) if named or role in MEMBER_ROLES else None,
            "starts_on": required_day(row, "starts_on"),
            "ends_on": day(row, "ends_on"),
        }
        if Appointment.objects.filter(consortium=consortium, user=user, **terms).exists():
            raise AlreadyThere
        return appoint(consortium=consortium, user=user, **terms, **self.who(consortium))


class ConsortiumResource(Table):
    columns = (
        "slug", "name_en", "name_zh", "legal_form", "stage", "structure", "initiator",
        "currency", "time_zone", "starts_on", "ends_on", "field_en", "field_zh",
    )  # fmt: skip

    def cells(self, row: Consortium) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.columns}
