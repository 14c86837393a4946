"""Who is told of what happens to a result; a notice names its number and nothing of it."""

from datetime import date
from typing import Any

from consortium.models import Consortium, Organization, User
from consortium.operations.notices import appointed, notify
from consortium.states import Role
from ip.models import OwnershipShare, Result

TOLD = (Role.SIGNATORY, Role.TECHNICAL_CONTACT)


def tell_owners(result: Result, code: str, on: date, *, about: str = "", **values: Any) -> None:
    """Tell the people of who owns a part of a result on a day."""
    owned = OwnershipShare.objects.on(on).filter(result=result).select_related("owner")
    for share in owned.order_by("pk"):
        inform(result, people_of(result.consortium, share.owner, on), code, on, about, **values)


def tell_staff(result: Result, code: str, on: date, *, about: str = "", **values: Any) -> None:
    staff = appointed(consortium=result.consortium, on=on, roles=[Role.IP])
    inform(result, staff, code, on, about, **values)


def people_of(consortium: Consortium, organization: Organization, on: date) -> list[User]:
    return appointed(consortium=consortium, on=on, roles=TOLD, organization=organization)


def inform(
    result: Result, people: list[User], code: str, on: date, about: str = "", **values: Any
) -> None:
    """Write a notice on a result to some people; `about` tells matters of one result apart."""
    notify(
        consortium=result.consortium,
        to=people,
        code=code,
        on=on,
        about=f"{result.uid}:{about or on.isoformat()}",
        result=result.number,
        **values,
    )
