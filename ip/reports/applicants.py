"""What an organization that asks for a licence is to a result."""

from consortium.models import MembershipTerm, Organization
from ip.models import ExclusivityChange, OwnershipShare, Result
from ip.reports.works import work_of
from ip.rules.clauses import Exclusivity
from ip.rules.facts import Bond, Question, Standing, Stay, Work
from ip.rules.section import IPSection
from ip.rules.windows import Change, Window, effective, promised
from projects.models import ProjectParticipant


def question_of(organization: Organization, result: Result) -> Question:
    """Return the question what an organization may do with a result, under its charter."""
    section: IPSection = result.charter.rules("ip")
    terms = MembershipTerm.objects.filter(
        member__consortium=result.consortium_id, member__organization=organization
    )
    shares = OwnershipShare.objects.filter(result=result, owner=organization)
    taken = ProjectParticipant.objects.filter(project=result.project_id, body=organization)
    return Question(
        section,
        work(result),
        Standing(
            stays=tuple(Stay(each.period) for each in terms.order_by("starts_on")),
            domestic=section.home is not None and organization.country == section.home,
        ),
        Bond(
            shares=tuple((each.period, each.part) for each in shares.order_by("starts_on")),
            took_part=tuple(each.period for each in taken.order_by("starts_on")),
        ),
    )


def work(result: Result) -> Work:
    found = work_of(result)
    return Work(
        found.kind, found.arose_on, found.tier, found.paid_by, found.project_ends_on, window(result)
    )


def window(result: Result) -> Window | None:
    """Return how long a result is kept to its class, after the decisions about it."""
    promise = getattr(result, "exclusivity", None)
    if promise is None:
        return None
    section: IPSection = promise.charter.rules("ip")
    rules: dict[str, Exclusivity] = {
        f"exclusivity[{index}]": each for index, each in enumerate(section.exclusivity)
    }
    first = promised(rules[promise.path], starts_on=promise.starts_on, path=promise.path)
    moved = ExclusivityChange.objects.filter(result=result).order_by("decided_on", "pk")
    return effective(first, changes=[Change(each.decided_on, each.ends_on) for each in moved])
