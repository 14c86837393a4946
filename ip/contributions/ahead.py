"""What looking ahead tells of results, and the sentences it says."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium import registry
from consortium.registry import Outlook, Trace
from ip.models import DistributionPart, LicenceOffer
from ip.reports import ahead

registry.traces.add(
    Trace(
        "offers", LicenceOffer, ahead.offers, frozenset({"exclusivity"}), at="result__consortium"
    ),
    Trace(
        "distributions",
        DistributionPart,
        ahead.parts,
        frozenset({"distributions"}),
        at="distribution__earned__licence__result__consortium",
    ),
)
registry.outlooks.add(Outlook("openings", ahead.openings))
registry.add_messages(
    {
        "ahead_offers": _("Results opened"),
        "ahead_offer": _("%(result)s, %(name)s: open to %(to)s, %(terms)s"),
        "ahead_distributions": _("Earnings divided"),
        "ahead_distribution": _("From licence %(licence)s"),
        "sweep_share_offers": pgettext_lazy("sweep", "Shares given up"),
        "sweep_publication_reviews": pgettext_lazy("sweep", "Publication reviews"),
        "sweep_exclusivity": pgettext_lazy("sweep", "Exclusivity"),
        "sweep_forfeited_shares": pgettext_lazy("sweep", "Forfeited shares"),
        "sweep_patents": pgettext_lazy("sweep", "Patents"),
        "sweep_distributions": pgettext_lazy("sweep", "Royalties divided"),
        "sweep_licences": pgettext_lazy("sweep", "Licences"),
        "stands_exclusive": _("Exclusivities that run"),
        "stands_offers": _("Results offered"),
    }
)
