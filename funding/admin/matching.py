"""The matching desk: payments beside what they should pay, confirmed one by one or at once."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consortium import clock
from consortium.admin.comparison import DeskPage
from consortium.admin.standing import standing
from consortium.errors import DomainError
from consortium.models import Consortium, Member
from consortium.words import explain
from funding.admin.payments import shown_match
from funding.admin.proposals import shown_proposal
from funding.models import FINANCE_READERS, Charge, Payment
from funding.operations.confirming import confirm_safe
from funding.operations.matching import Allocation, match_payment
from funding.reports.matching import proposed
from funding.reports.receipts import matches

READERS = frozenset(FINANCE_READERS)
MOST = 100
"""Payments on the page; the oldest come first."""

LATELY = 10


def may_match(request: HttpRequest) -> bool:
    """Say whether the reader finds the desk in the menu."""
    return standing(request).any_of(READERS)


class Matching(DeskPage):
    """Say whose each payment is and what it pays."""

    title = ""
    template_name = "funding/matching.html"

    def has_permission(self) -> bool:
        return may_match(self.request)

    @cached_property
    def consortia(self) -> list[Consortium]:
        here = standing(self.request)
        return [each for each in here.consortia if here.has(each, READERS)]

    @cached_property
    def consortium(self) -> Consortium:
        """Return the consortium asked for, or the one last looked at, or the first."""
        asked = self.request.GET.get("consortium")
        known = {each.slug: each for each in self.consortia}
        if asked and asked not in known:
            raise Http404
        slug = asked or self.request.session.get("desk")
        found = known.get(slug or "") or next(iter(self.consortia), None)
        if found is None:
            raise Http404
        return found

    @property
    def path(self) -> str:
        return f"{reverse('admin:matching')}?consortium={self.consortium.slug}"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        found = proposed(self.consortium)
        lately = (
            Payment.objects.filter(consortium=self.consortium, transfers__key__startswith="match:")
            .distinct()
            .order_by("-pk")[:LATELY]
        )
        made = matches(lately)
        self.title = _("Matching desk")
        return self.page(
            consortia=self.consortia,
            consortium=self.consortium,
            path=self.path,
            count=len(found),
            safe=sum(1 for each in found if each.safe),
            lines=[shown_proposal(each) for each in found[:MOST]],
            lately=[
                {"payment": each, "matches": [shown_match(m, each) for m in made.get(each.pk, [])]}
                for each in lately
            ],
            may_match=standing(request).may("funding.match_payment", self.consortium),
        )

    def post(self, request: HttpRequest) -> HttpResponseBase:
        by: Any = request.user
        who = {"by": by, "on": clock.today(self.consortium)}
        try:
            if "_safe" in request.POST:
                self.confirm_all(who)
            else:
                self.confirm_one(who)
        except DomainError as error:
            for each in explain(error).split("\n"):
                messages.error(request, each)
        return HttpResponseRedirect(self.path)

    def confirm_all(self, who: dict[str, Any]) -> None:
        found = confirm_safe(consortium=self.consortium, **who)
        count = len(found.matched)
        said = ngettext("%(count)s payment is matched.", "%(count)s payments are matched.", count)
        messages.success(self.request, said % {"count": count})
        for payment, error in found.refused:
            messages.warning(self.request, f"{payment}: {explain(error)}")

    def confirm_one(self, who: dict[str, Any]) -> None:
        """Book just what was shown, or put it all on the member's account."""
        here = standing(self.request)
        seen = Payment.objects.visible_to(here.user, here.today).filter(consortium=self.consortium)
        payment = seen.filter(pk=number(self.request.POST.get("payment"))).first()
        members = Member.objects.filter(consortium=self.consortium)
        member = members.filter(pk=number(self.request.POST.get("member"))).first()
        if payment is None or member is None:
            raise Http404
        what = "" if "_credit" in self.request.POST else self.request.POST.get("what", "")
        match_payment(payment=payment, member=member, allocations=self.allocations(what), **who)
        messages.success(self.request, _("The payment is put to the member."))

    def allocations(self, what: str) -> list[Allocation]:
        """Return what the page showed that a payment pays. Raises Http404."""
        charges = Charge.objects.filter(consortium=self.consortium)
        pairs = [each.partition(":") for each in what.split(",") if each]
        known = charges.in_bulk([number(key) for key, _colon, _amount in pairs])
        try:
            return [Allocation(known[number(key)], Decimal(amount)) for key, _c, amount in pairs]
        except (KeyError, InvalidOperation):
            raise Http404 from None


def number(text: str | None) -> int:
    """Return a key as the page sent it, 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
