"""What patents add: their sweep, their part of the docket, and words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import DocketSource, Sweep
from ip.operations import patent_sweep
from ip.reports import patent_docket

MESSAGES: dict[str, Any] = {
    # refusals
    "percent_or_amount": _("give either a percentage or an amount"),
    "unknown_office": _("The table of offices knows no “%(kind)s” at the office %(office)s."),
    "priority_after_filing": _(
        "The priority of %(priority_on)s lies after the filing of %(filed_on)s."
    ),
    "priority_too_old": _(
        "The priority of %(priority_on)s could be claimed until %(latest)s; it was filed on"
        " %(filed_on)s."
    ),
    "patent_event_before_filing": _(
        "On %(on)s it was not filed yet (filed: %(filed_on)s); record the filing first."
    ),
    "patent_event_after_end": _("On %(on)s it was over already; it ended on %(ended_on)s."),
    "patent_event_in_future": _("%(on)s lies in the future."),
    "priority_in_future": _("The priority of %(priority_on)s lies in the future."),
    "patent_correction_unexplained": _("Say why it is corrected."),
    "patent_nothing_corrected": _("Nothing reads otherwise than before."),
    "patent_event_not_recorded": _("“%(event)s” is not recorded; record it instead."),
    "patent_office_paid": _(
        "Fees were paid to the office %(office)s for this kind of right; register the other one by"
        " itself, and record this one as withdrawn."
    ),
    "patent_title_missing": _("Give the title under which it is filed."),
    "patent_fee_unknown": _(
        "No source we have says what it costs at the office %(office)s; ask the office."
    ),
    "patent_paid_too_late": _("Nothing can be paid any more; the last day was %(last_on)s."),
    "patent_paid_too_early": _("The office takes it from %(opens_on)s on."),
    "patent_not_due": _("Nothing of that kind is due: %(what)s."),
    "patent_not_an_owner": _("%(organization)s owns no part of the result on %(on)s."),
    "patent_too_late_to_say": _("It is paid or over; the last day was %(last_on)s."),
    "patent_unknown_currency": _("There is no currency “%(unit)s”."),
    "patent_paid_in_future": _("A payment of %(on)s lies in the future."),
    "patent_nothing_paid": _("The amount is above zero."),
    "patent_already_paid": _("It is recorded as paid already: %(what)s."),
    "patent_fee_undone": _("That fee was undone: %(what)s."),
    "patent_fee_charged": _("The owners were charged for it; credit them first: %(what)s."),
    "patent_owner_paid": _("%(organization)s paid it itself; there is nothing to charge."),
    "patent_nobody_to_charge": _("On %(on)s nobody owned it that could be charged."),
    # what was done
    "did_register_family": _("Patent family registered"),
    "did_register_application": _("Patent application registered"),
    "did_record_event": _("Event of a patent recorded"),
    "did_correct_patent": _("Patent application corrected"),
    "did_instruct": _("Instruction on a patent taken"),
    "did_record_fee": _("Patent fee recorded"),
    "did_undo_fee": _("Patent fee undone"),
    "did_charge_owners": _("Patent fee charged to its owners"),
    # notices and docket
    "patent_due": _("%(patent)s: %(what)s, due on %(due_on)s"),
    "patent_last_day": _("%(patent)s: %(what)s, the last day is %(due_on)s"),
    "patent_late": _("%(patent)s: %(what)s was due on %(due_on)s; at a surcharge until %(until)s"),
    "patent_late_last_day": _(
        "%(patent)s: %(what)s was due on %(due_on)s; after %(until)s the right is gone"
    ),
    "patent_lapsed": _("%(patent)s: %(what)s was not paid; the right is gone from %(until)s"),
    "patent_dropping": _("%(patent)s: %(what)s is to be dropped; the last day is %(due_on)s"),
    "patent_drop_wanted": _(
        "%(patent)s: %(who)s wants to drop it (%(what)s, due on %(due_on)s); whoever pays keeps it"
    ),
}

registry.sweeps.add(Sweep("patents", 440, patent_sweep.tell_patents, patent_sweep.next_patents))
registry.docket_sources.add(DocketSource("patents", patent_docket.due, patent_docket.watched))
registry.add_messages(MESSAGES)
