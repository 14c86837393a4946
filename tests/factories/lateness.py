"""What late payment leaves behind, for some of the cast: a step, what it did, a block, an exit."""

from consortium.models import Member
from funding.models import Charge, DunningBlock, DunningStep, Enforcement, ExitProposal
from tests.cast import TODAY, Cast


def late_some(cast: Cast, *names: str) -> None:
    """Take a level for the dues of these members, as large as the charge."""
    for name in names:
        late(cast.members[name])


def late(member: Member) -> None:
    consortium = member.consortium
    charge = Charge.objects.filter(member=member, levy="dues").order_by("pk").last()
    assert charge is not None
    own = {"consortium": consortium, "member": member}
    step = DunningStep.objects.create(
        **own, charge=charge, level="reminder", position=1, on=TODAY, amount=charge.amount,
        unit=charge.unit,
    )  # fmt: skip
    Enforcement.objects.create(**own, step=step, effect="suspend_voting", on=TODAY)
    DunningBlock.objects.create(**own, charge=charge, reason="disputed", starts_on=TODAY)
    ExitProposal.objects.create(**own, step=step, proposed_on=TODAY)
