"""A project's plan: work packages with tasks, milestones and deliverables, in months."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from consortium.rules.schema import LAX, Amount, Code, Problem, Rule, Text, repeated
from projects.rules.choices import Site

Uid = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
"""The address of an organization or facility."""

Month = Annotated[int, Field(ge=0, le=600)]
"""Counted from the project's first day; 0 is its first month's start."""


class Task(Rule):
    """A piece of a work package."""

    code: Code
    title: Text
    starts: Month
    ends: Month
    responsible: Uid | None = None


class WorkPackage(Rule):
    """A module of the work: who answers for it, where, and how much effort it takes.

    `starts` and `ends`: months, the end exclusive. `effort`: person-months by
    organization. `after`: the packages that must have ended before. `part`: of the
    product, as the charter names them.
    """

    code: Code
    title: Text
    responsible: Uid
    site: Annotated[Site, LAX]
    facility: Uid | None = None
    part: Code | None = None
    starts: Month
    ends: Month
    effort: dict[Uid, Amount] = {}
    after: Annotated[tuple[Code, ...], LAX] = ()
    tasks: Annotated[tuple[Task, ...], LAX] = ()

    @property
    def total(self) -> Decimal:
        """Return the package's effort in person-months."""
        return sum(self.effort.values(), start=Decimal(0))

    def problems(self) -> Iterable[Problem]:
        if self.ends <= self.starts:
            yield Problem("ends", "ends_before_start")
        for name, effort in self.effort.items():
            if effort <= 0:
                yield Problem(f"effort.{name}", "not_positive", {"value": str(effort)})
        yield from repeated([each.code for each in self.tasks], "tasks[{}].code")
        yield from repeated(self.after, "after[{}]")
        for index, task in enumerate(self.tasks):
            if task.ends <= task.starts:
                yield Problem(f"tasks[{index}].ends", "ends_before_start")
            elif task.starts < self.starts or task.ends > self.ends:
                yield Problem(f"tasks[{index}]", "outside_package", {"package": self.code})


class Mark(Rule):
    """A milestone or deliverable: due at the end of a month, of a work package or of the whole."""

    code: Code
    title: Text
    due: Month
    package: Code | None = None
    responsible: Uid | None = None


class ProjectPlan(Rule):
    """What is done in a project, by whom, where and when."""

    months: Annotated[int, Field(ge=1, le=600)]
    packages: Annotated[tuple[WorkPackage, ...], LAX, Field(min_length=1)]
    milestones: Annotated[tuple[Mark, ...], LAX] = ()
    deliverables: Annotated[tuple[Mark, ...], LAX] = ()

    def problems(self) -> Iterable[Problem]:
        yield from repeated([each.code for each in self.packages], "packages[{}].code")
        known = {each.code: each for each in self.packages}
        for index, package in enumerate(self.packages):
            yield from self._package_problems(f"packages[{index}]", package, known)
        for name in ("milestones", "deliverables"):
            marks = getattr(self, name)
            yield from repeated([each.code for each in marks], f"{name}[{{}}].code")
            for index, mark in enumerate(marks):
                if mark.due > self.months:
                    yield Problem(
                        f"{name}[{index}].due", "outside_project", {"months": self.months}
                    )
                if mark.package is not None and mark.package not in known:
                    found = {"package": mark.package, "choices": list(known)}
                    yield Problem(f"{name}[{index}].package", "unknown_package", found)
        yield from self._circle(known)

    def _package_problems(
        self, path: str, package: WorkPackage, known: Mapping[str, WorkPackage]
    ) -> Iterator[Problem]:
        if package.ends > self.months:
            yield Problem(f"{path}.ends", "outside_project", {"months": self.months})
        for index, code in enumerate(package.after):
            before = known.get(code)
            if before is None:
                values = {"package": code, "choices": list(known)}
                yield Problem(f"{path}.after[{index}]", "unknown_package", values)
            elif before.ends > package.starts:
                yield Problem(f"{path}.after[{index}]", "starts_too_early", {"package": code})

    def _circle(self, known: Mapping[str, WorkPackage]) -> Iterator[Problem]:
        """Yield the first package that in the end waits for itself."""
        for index, package in enumerate(self.packages):
            waiting, seen = list(package.after), set[str]()
            while waiting:
                code = waiting.pop()
                if code == package.code:
                    path = f"packages[{index}].after"
                    yield Problem(path, "circular_packages", {"package": package.code})
                    return
                if code not in seen and code in known:
                    seen.add(code)
                    waiting += known[code].after
