"""The charter's `governance` section: its bodies, and which of them decides what."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field

from consortium.errors import DomainError
from consortium.rules.choices import BodyKind, Matter, SecondPerson
from consortium.rules.schema import LAX, Code, Problem, Recorded, Rule, Text, repeated


class NobodyDecides(DomainError):
    """The charter names no body that decides this matter."""

    code = "nobody_decides"


class BodyEntry(Recorded):
    """A body; `seats`: how many it has, where that is fixed."""

    code: Code
    label: Text
    kind: Annotated[BodyKind, LAX]
    seats: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Decider(Recorded):
    """Which body decides a matter (`by`), and the role of a second person who must agree."""

    by: Code
    second: Annotated[SecondPerson | None, LAX] = None


class Decisions(Rule):
    """Who decides what; a matter that is left out is decided by nobody yet."""

    adopt_charter: Decider | None = None
    admit: Decider | None = None
    expel: Decider | None = None
    approve_write_off: Decider | None = None
    confirm_dues: Decider | None = None

    def items(self) -> list[tuple[Matter, Decider]]:
        """Return each matter that is decided, with who decides it."""
        found = [(matter, getattr(self, matter.value)) for matter in Matter]
        return [(matter, decider) for matter, decider in found if decider is not None]


class GovernanceSection(Rule):
    """How the consortium is governed; how bodies vote is for a later section."""

    bodies: Annotated[tuple[BodyEntry, ...], LAX, Field(min_length=1)]
    decides: Decisions = Decisions()

    def body_of(self, code: str) -> BodyEntry | None:
        return next((body for body in self.bodies if body.code == code), None)

    def decider(self, matter: Matter) -> Decider:
        """Return who decides a matter. Raises NobodyDecides."""
        for decided, decider in self.decides.items():
            if decided == matter:
                return decider
        decided_ones = [known.value for known, _ in self.decides.items()]
        raise NobodyDecides(matter=matter.value, choices=decided_ones)

    def problems(self) -> Iterable[Problem]:
        codes = [body.code for body in self.bodies]
        yield from repeated(codes, "bodies[{}].code")
        for matter, decider in self.decides.items():
            if decider.by not in codes:
                values = {"body": decider.by, "choices": codes}
                yield Problem(f"decides.{matter.value}.by", "unknown_body", values)


def unknown_bodies(named: Mapping[str, str], sections: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield each body that another section names and the governance section does not know.

    `named`: the bodies by the paths they are named at.
    """
    governance: GovernanceSection | None = sections.get("governance")
    known = [body.code for body in governance.bodies] if governance else []
    for path, body in named.items():
        if body not in known:
            yield Problem(path, "unknown_body", {"body": body, "choices": known})
