"""Demonstration people; all log in with the same well-known password."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from consortium.models import Consortium, Organization, User
from consortium.operations.appointments import appoint
from consortium.states import Role

PASSWORD = "consortium-demo"


@dataclass(frozen=True)
class Person:
    """A demonstration account: its login, its name, what it is for."""

    login: str
    name: str
    language: str = ""


def account(person: Person, *, admin: bool = False) -> User:
    """Return the person's account, made if it is not there."""
    user, new = User.objects.get_or_create(
        username=person.login,
        defaults={
            "name": person.name,
            "email": f"{person.login}@example.org",
            "language": person.language,
            "is_staff": admin,
            "is_superuser": admin,
        },
    )
    if new:
        user.password = password_hash()
        user.save(update_fields=["password"])
    return user


def signatory(login: str) -> User:
    """Return who signs for a member, by login."""
    return User.objects.get(username=login)


@cache
def password_hash() -> str:
    """Return the password's hash, made once: everybody has the same public password."""
    return make_password(PASSWORD)


def staff(consortium: Consortium, people: dict[Role, Person], *, since: date) -> dict[Role, User]:
    """Appoint staff from a day on; returns them by role."""
    users = {role: account(person) for role, person in people.items()}
    for role, user in users.items():
        appoint(consortium=consortium, user=user, role=role, starts_on=since, by=None, on=since)
    return users


def spokesman(
    consortium: Consortium,
    organization: Organization,
    person: Person,
    *,
    role: Role = Role.SIGNATORY,
    since: date,
) -> User:
    """Appoint a member's person from a day on."""
    user = account(person)
    appoint(
        consortium=consortium,
        user=user,
        role=role,
        organization=organization,
        starts_on=since,
        by=None,
        on=since,
    )
    return user
