"""What looking ahead tells of dues, and the sentences it says."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import registry
from consortium.models import Consortium, User
from consortium.registry import Outlook, Trace
from funding.models import (
    Charge,
    CreditNote,
    Declaration,
    DunningStep,
    Enforcement,
    ExitProposal,
    Round,
)
from funding.operations.rates import note_view
from funding.reports import ahead
from funding.states import Screen

ASSESSING = frozenset({"assess_rounds", "carry_out_runs"})


def noted(*, consortium: Consortium, by: User, members: Sequence[int]) -> None:
    """Record that somebody looked at members' charges of days to come."""
    note_view(consortium=consortium, screen=Screen.CHARGES, by=by, members=members)


registry.traces.add(
    Trace("rounds", Round, ahead.rounds, frozenset({"open_rounds"})),
    Trace("declarations", Declaration, ahead.declarations, frozenset({"estimate_missing"})),
    Trace("charges", Charge, ahead.charges, ASSESSING | {"dun"}, noted=noted),
    Trace("credit_notes", CreditNote, ahead.credit_notes, ASSESSING, noted=noted),
    Trace("steps", DunningStep, ahead.steps, frozenset({"dun"}), noted=noted),
    Trace("enforcements", Enforcement, ahead.enforcements, frozenset({"enforce"})),
    Trace("exits", ExitProposal, ahead.exits, frozenset({"enforce"})),
)
registry.outlooks.add(Outlook("money", ahead.money), Outlook("rights", ahead.rights))
registry.add_messages(
    {
        "ahead_rounds": _("Rounds opened"),
        "ahead_round": _("%(levy)s from %(starts_on)s"),
        "ahead_declarations": _("Figures estimated"),
        "ahead_declaration": _("%(grade)s, for the period from %(starts_on)s"),
        "ahead_charges": _("Charges issued"),
        "ahead_charge": _("%(number)s, %(levy)s, due %(due_on)s"),
        "ahead_credit_notes": _("Credit notes issued"),
        "ahead_credit_note": _("Credit note %(number)s"),
        "ahead_steps": _("Letters written"),
        "ahead_step": _("%(level)s for %(number)s"),
        "ahead_enforcements": _("Rights suspended"),
        "ahead_suspended": _("Rests: %(right)s"),
        "ahead_exits": _("Exits proposed"),
        "ahead_exit": _("The end of the membership is put to the body that decides it"),
        # the sweeps
        "sweep_open_rounds": pgettext_lazy("sweep", "Rounds"),
        "sweep_remind_members": pgettext_lazy("sweep", "Reminders to declare"),
        "sweep_estimate_missing": pgettext_lazy("sweep", "Estimates"),
        "sweep_assess_rounds": pgettext_lazy("sweep", "Assessments and charges"),
        "sweep_carry_out_runs": pgettext_lazy("sweep", "Confirmed dues runs"),
        "sweep_end_plans": pgettext_lazy("sweep", "Payment plans"),
        "sweep_dun": pgettext_lazy("sweep", "Dunning"),
        "sweep_enforce": pgettext_lazy("sweep", "Suspensions and exits"),
        # how it stands
        "stands_open": _("Open charges"),
        "stands_late": _("Late charges"),
        "stands_level": _("Late, last letter: %(label)s"),
        "stands_suspended": _("Suspended rights"),
        "stands_exits": _("Exits to decide"),
    }
)
