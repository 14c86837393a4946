"""What licences add: their sweeps, their part of the docket, a check, and words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import Check, DocketSource, Sweep
from ip.operations import distributing, licence_sweep
from ip.reports import earnings, licence_docket

MESSAGES: dict[str, Any] = {
    # refusals: applications
    "licence_class_barred": _("The charter grants this class of parties no licence (%(clause)s)."),
    "licence_kept_out": _(
        "It is kept from this class of parties until %(until)s, exclusively (%(clause)s)."
    ),
    "licence_not_opened": _(
        "The charter has not opened it to this class of parties, or not yet (%(clause)s)."
    ),
    "licence_uses_wrong": _(
        "Name one or more of: use in projects, internal research, commercial exploitation."
    ),
    "licence_applied_elsewhere": _("The result is another consortium’s."),
    "licence_applied_outside": _("Give a day from its disclosure, %(earliest)s, to today."),
    "licence_application_closed": _("The application was closed on %(closed_on)s."),
    "licence_nothing_said": _("Write what is to be said."),
    # refusals: offers
    "licence_offer_to_nobody": _("Offer it to members, to domestic organizations, or to anyone."),
    "licence_offer_repeated": _("%(number)s is on offer to them already."),
    "licence_offer_withdrawn": _("%(number)s is not on offer any more."),
    "licence_offer_by_charter": _(
        "The charter opened %(number)s; its owners do not take that back."
    ),
    "licence_offer_elsewhere": _("That offer is of another result, or made to others."),
    "licence_offer_exceeded": _(
        "On offer is this only: field %(field)s, territory %(territory)s (empty: all)."
    ),
    # refusals: licences
    "licence_terms_wrong": _(
        "Check the terms: a known currency, a royalty of 0 to 1, no amount below 0, and royalty "
        "periods of 1 to 12 months exactly where a royalty or a minimum is owed."
    ),
    "licence_starts_before_result": _("The result was complete on %(completed_on)s only."),
    "licence_already_granted": _("It was granted on %(granted_on)s."),
    "licence_not_decided": _(
        "The charter lets the body “%(body)s” grant licences: give it, the day of its decision "
        "and the paper (%(clause)s)."
    ),
    "licence_same_person": _("%(person)s proposed it; another person grants it."),
    "licence_applicant_grants": _(
        "%(person)s applied for it or speaks for %(licensee)s; somebody else grants it."
    ),
    "licence_in_the_way": _(
        "Another’s licence (%(kind)s, from %(starts_on)s) of the same field, territory and time "
        "excludes it."
    ),
    "licence_not_granted": _("%(licence)s has not been granted."),
    "licence_ends_outside": _(
        "It ended already, or give a day from %(earliest)s on, before its last."
    ),
    "licence_milestone_reached": _("It was reached on %(reached_on)s."),
    "licence_reached_outside": _("Give a day on which the licence runs, up to today, not %(day)s."),
    # refusals: royalties
    "royalty_none": _("%(licence)s bears no royalty."),
    "royalty_not_a_period": _("No royalty period of this licence begins on %(starts_on)s."),
    "royalty_period_running": _("The period ends on %(ends_on)s; state it then."),
    "royalty_period_closed": _(
        "The period from %(starts_on)s is stated and closed; only an audit corrects it."
    ),
    "royalty_earlier_missing": _("State the period from %(starts_on)s first."),
    "royalty_line_wrong": _("“%(line)s”: above 0, please; enter what is taken off as a deduction."),
    "royalty_not_latest": _("The period from %(starts_on)s was corrected since."),
    "royalty_finding_missing": _("Say what the audit found."),
    "royalty_not_paid": _("Charge %(charge)s is not paid yet."),
    "royalty_distributed": _("Charge %(charge)s was divided already."),
    # checks
    "distribution_uneven": _("The parts do not come to what was received."),
    "distribution_not_posted": _("The parts are not credited as they were divided."),
    # notices and docket
    "licence_applied_for": _("Licence application %(application)s for result %(result)s"),
    "licence_entry_written": _("Something was written on licence application %(application)s"),
    "licence_application_ended": _("Licence application %(application)s was closed"),
    "licence_proposed": _("Terms of licence %(licence)s wait for your agreement"),
    "licence_granted": _("Licence %(licence)s of result %(result)s was granted"),
    "licence_better_terms": _(
        "Another was granted better terms for result %(result)s than licence %(licence)s has"
    ),
    "licence_ended": _("Licence %(licence)s ends on %(until)s"),
    "licence_ends_soon": _("Licence %(licence)s ends on %(until)s"),
    "royalty_stated": _("Sales under licence %(licence)s were stated"),
    "royalty_audit_requested": _("The sales under licence %(licence)s will be audited: %(reason)s"),
    "royalty_corrected": _("A royalty statement of licence %(licence)s was corrected by an audit"),
    "royalty_shared": _("Your part of what licence %(licence)s earned is on your account"),
    "royalty_statement_due": _("Royalty statement of licence %(licence)s, due on %(due_on)s"),
    "licence_offer_over": _("%(number)s is not on offer any more, from %(over_on)s"),
    # what was done
    "did_offer_licence": _("Licences of a result offered"),
    "did_withdraw_offer": _("Licence offer withdrawn"),
    "did_apply_for_licence": _("Licence applied for"),
    "did_write_entry": _("Written on a licence application"),
    "did_close_application": _("Licence application closed"),
    "did_propose_licence": _("Licence proposed"),
    "did_consent_to_licence": _("Owner’s consent to a licence recorded"),
    "did_grant_licence": _("Licence granted"),
    "did_end_licence": _("Licence ended"),
    "did_reach_milestone": _("Milestone of a licence reached"),
    "did_state_royalty": _("Royalty stated"),
    "did_request_audit": _("Audit of a licensee requested"),
    "did_correct_royalty": _("Royalty statement corrected"),
    "did_distribute": _("Earnings of a licence divided"),
}

registry.sweeps.add(
    Sweep("distributions", 450, distributing.distribute_paid, distributing.next_paid)
)
registry.sweeps.add(
    Sweep("licences", 460, licence_sweep.tell_licences, licence_sweep.next_licences)
)
registry.docket_sources.add(DocketSource("licences", licence_docket.due, licence_docket.relevant))
registry.checks.add(Check("distributions", earnings.distributions))
registry.add_messages(MESSAGES)
