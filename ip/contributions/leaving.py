"""What codes of leaving and of the end read as; whose shares pass, and what is said before."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from consortium import registry
from consortium.registry import Ceasing, DocketSource, Ending, Preview, Sweep
from ip.operations import leaving as forfeits
from ip.operations import succeeding
from ip.reports import ceased, dissolution, leaving, results_docket

registry.sweeps.add(Sweep("forfeited_shares", 330, forfeits.forfeit_shares, forfeits.next_forfeit))
registry.sweeps.add(
    Sweep("succeeded_owners", 335, succeeding.succeed_owners, succeeding.next_succession)
)
registry.docket_sources.add(
    DocketSource("ceased_owners", results_docket.without_owner, results_docket.ownerless)
)
registry.ceasings.add(Ceasing("results", ceased.ceasing))
registry.previews.add(Preview("results", leaving.rights))
registry.endings.add(Ending("succession", dissolution.succession))

MESSAGES: dict[str, Any] = {
    # what leaving leads to
    "leaving_good_nothing": _(
        "In good standing: “%(charter)s” gives who has left no right to its %(count)s results."
    ),
    "leaving_good_right": _(
        "In good standing: “%(rule)s” keeps holding for %(count)s results under “%(charter)s”."
    ),
    "leaving_good_right_asked": _(
        "In good standing: “%(rule)s” keeps holding for %(count)s results under “%(charter)s”, if"
        " asked for before %(until)s."
    ),
    "leaving_breach_nothing": _(
        "In breach: “%(charter)s” gives who has left no right to its %(count)s results."
    ),
    "leaving_breach_right": _(
        "In breach: “%(rule)s” keeps holding for %(count)s results under “%(charter)s”."
    ),
    "leaving_breach_right_asked": _(
        "In breach: “%(rule)s” keeps holding for %(count)s results under “%(charter)s”, if asked"
        " for before %(until)s."
    ),
    "leaving_share_kept": _("Its %(part)s of result %(result)s stays with it."),
    "leaving_licence_held": _("Its licence %(licence)s of result %(result)s goes on."),
    "leaving_licence_given": _(
        "Licence %(licence)s of result %(result)s goes on; it earns for who owns the result."
    ),
    "leaving_share_forfeited": _(
        "Its %(part)s of result %(result)s stays with it in good standing; in breach it passes:"
        " %(owners)s."
    ),
    "leaving_background": _(
        "%(count)s items of its background stay open to the other members, as far as they need"
        " them for results from before."
    ),
    "leaving_publication": _(
        "The review of planned publication %(notice)s binds it until %(until)s."
    ),
    "leaving_confidential": _("What it learned in confidence it keeps secret."),
    # what the end of an owner leads to
    "ceasing_share_passes": _("Its %(part)s of result %(result)s passes: %(to)s."),
    "ceasing_share_rule": _(
        "Its %(part)s of result %(result)s waits for the IP desk; by the charter’s rule it can"
        " pass: %(to)s."
    ),
    "ceasing_share_stays": _(
        "Its %(part)s of result %(result)s waits for an agreement: nobody succeeds to it."
    ),
    "ceased_owner": _(
        "%(owner)s, no more from %(ceased_on)s, still owns a part of result %(result)s: say who"
        " succeeds, or let it pass by the charter’s rule"
    ),
    "owner_not_ceased": _("%(organization)s goes on; it passes its share on by deed."),
    "owner_without_heirs": _(
        "Nobody succeeds %(organization)s: name a successor, or record an agreement on %(result)s."
    ),
    "did_succeed_owner": _("Share of a ceased owner passed on"),
    # what the end of the consortium leads to
    "ending_results_pass": _(
        "The association’s part of %(count)s results can pass to those who succeed it."
    ),
    "ending_results_stay": _(
        "Nobody succeeds to the association’s part of %(count)s results; agree on them before."
    ),
    "ending_licences": _("%(count)s licences go on after it."),
    # notices
    "share_forfeited": _(
        "A part of result %(result)s was forfeited by leaving in breach on %(left_on)s"
    ),
    # refusals
    "consortium_not_ended": _("%(consortium)s goes on; nobody succeeds it before it has ended."),
    # what was done
    "did_succeed": _("Succession to the association’s results recorded"),
    "did_forfeit_share": _("Share forfeited"),
}

registry.add_messages(MESSAGES)
