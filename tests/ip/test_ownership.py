"""Who owns a result changes by agreement, by deed and by giving up; the past stays."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from consortium import registry
from consortium.errors import DomainError
from consortium.models import Notice, Organization
from ip.models import OwnershipChange, OwnershipShare, Result, ShareOffer
from ip.operations.offers import abandon_share, accept_share, next_offer, settle_offers
from ip.operations.ownership import Passing, agree_ownership, transfer_share
from ip.reports.verify import ownership
from tests.factories.results import COMPLETED, disclosed, owners, parts, researching
from tests.factories.running import Running

DAY = timedelta(days=1)
LATER = date(2026, 7, 1)
BEFORE = LATER - DAY
FREE = {"co_ownership": {"transfer": "free"}}
NOTICE = {"co_ownership": {"transfer": "notice", "notice_days": 20}}
THIRDS = {"alpha": "1/2", "beta": "1/3", "gamma": "1/6"}


@pytest.fixture
def here(db: None) -> Running:
    return researching()


def share(result: Result, owner: str, on: date = LATER) -> OwnershipShare:
    return result.shares.on(on).get(owner__name_en=owner.title())


def transfer(here: Running, result: Result, **changes: Any) -> OwnershipChange:
    """Let alpha's share pass to an outsider by a deed of the day, with everybody's consent."""
    of = changes.pop("of", "alpha")
    on = changes.pop("on", LATER)
    given = {"to": outsider(), "deed": here.file(), "consent": here.file()} | changes
    return transfer_share(
        share=share(result, of, on), passing=Passing(**given), by=here.people["ip"], on=on
    )


def outsider() -> Organization:
    return Organization.objects.get_or_create(name_en="Buyer", kind="enterprise", country="US")[0]


def refused(call: Any, *args: Any, **kwargs: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(DomainError) as error:
        call(*args, **kwargs)
    return error.value.code, error.value.values


def sound(here: Running) -> bool:
    return list(ownership(consortium=here.consortium)) == []


def test_an_agreement_counts_from_its_day_and_the_past_stays(here: Running) -> None:
    result = disclosed(here)
    agree_ownership(
        result=result, parts=parts(here, {"alpha": "1/3", "gamma": "2/3"}), starts_on=LATER,
        paper=here.file(), by=here.people["ip"], on=LATER,
    )  # fmt: skip
    assert owners(result, BEFORE) == {"alpha": "1/2", "beta": "1/2"}
    assert owners(result, LATER) == {"alpha": "1/3", "gamma": "2/3"}
    assert {share.cause for share in result.shares.on(LATER)} == {"agreement"}
    assert sound(here)


def test_an_agreement_may_count_from_completion_but_not_from_before(here: Running) -> None:
    result = disclosed(here)
    given = {"parts": parts(here, {"gamma": "1"}), "paper": here.file(), "by": None, "on": LATER}
    agree_ownership(result=result, starts_on=COMPLETED, **given)
    assert owners(result, COMPLETED) == {"gamma": "1"}
    early = refused(agree_ownership, result=result, starts_on=COMPLETED - DAY, **given)
    ahead = refused(agree_ownership, result=result, starts_on=LATER + DAY, **given)
    assert {early[0], ahead[0]} == {"ownership_change_outside"}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("ownership_not_whole", {"parts": {"alpha": "1/2"}}),
        ("agreement_paper_missing", {"paper": None}),
    ],
)
def test_an_agreement_is_whole_and_signed(here: Running, code: str, changes: Any) -> None:
    result = disclosed(here)
    given: dict[str, Any] = {"parts": {"alpha": "1"}, "paper": here.file()} | changes
    given["parts"] = parts(here, given["parts"])
    assert refused(agree_ownership, result=result, starts_on=LATER, by=None, on=LATER, **given)[
        0
    ] == (code)
    assert owners(result, LATER) == {"alpha": "1/2", "beta": "1/2"}


def test_a_deed_passes_a_share_whole_or_in_part(here: Running) -> None:
    result = disclosed(here)
    change = transfer(here, result, part=Fraction(1, 6))
    assert owners(result, BEFORE) == {"alpha": "1/2", "beta": "1/2"}
    assert owners(result, LATER) == {"alpha": "1/3", "beta": "1/2", "buyer": "1/6"}
    assert (change.part, change.cause) == (Fraction(1, 6), "deed")
    transfer(here, result, to=here.members["beta"].organization)
    assert owners(result, LATER) == {"beta": "5/6", "buyer": "1/6"}
    assert share(result, "beta").cause == "deed"
    transfer(here, result, of="beta", on=LATER + DAY)
    assert owners(result, LATER + DAY) == {"buyer": "1"}
    assert sound(here)
    assert [str(each.part) for each in OwnershipChange.objects.order_by("pk")] == [
        "1/6", "1/3", "5/6",
    ]  # fmt: skip


def test_what_stays_with_the_seller_stays_by_the_rule(here: Running) -> None:
    result = disclosed(here)
    transfer(here, result, part=Fraction(1, 6))
    kept = share(result, "alpha")
    assert (kept.cause, kept.path, kept.deed) == ("rule", "ownership[0]", None)


def test_nobody_passes_more_than_it_owns_nor_before_a_later_change(here: Running) -> None:
    result = disclosed(here)
    exceeded = {"part": "2/3", "owned": "1/2"}
    assert refused(transfer, here, result, part=Fraction(2, 3)) == ("share_exceeded", exceeded)
    assert refused(transfer, here, result, part=Fraction(0))[0] == "share_exceeded"
    alpha = here.members["alpha"].organization
    assert refused(transfer, here, result, to=alpha)[0] == "share_same_owner"
    assert refused(transfer, here, result, deed=None)[0] == "deed_missing"
    mine = share(result, "alpha")
    transfer(here, result)
    given = {"by": None, "on": LATER + DAY}
    back = Passing(to=outsider(), deed=here.file(), consent=here.file(), transferred_on=BEFORE)
    late = refused(transfer_share, share=mine, passing=back, **given)
    assert late == ("ownership_changed_later", {"day": BEFORE, "last": LATER})
    gone = Passing(to=outsider(), deed=here.file(), consent=here.file())
    assert refused(transfer_share, share=mine, passing=gone, **given)[0] == "share_not_owned"
    assert sound(here)


def test_the_charter_says_what_co_owners_have_to_say(db: None) -> None:
    strict, free, told = (
        researching("strict"), researching("free", **FREE), researching("told", **NOTICE),
    )  # fmt: skip
    assert refused(transfer, strict, disclosed(strict), consent=None) == (
        "co_owners_consent_missing",
        {"owners": ["Beta"]},
    )
    assert transfer(strict, disclosed(strict, {"alpha": "1"}), consent=None)
    assert transfer(free, disclosed(free), consent=None)
    result = disclosed(told)
    missing = {"owners": ["Beta"], "days": 20, "by": date(2026, 6, 11)}
    late = {"consent": None, "notified_on": date(2026, 6, 12)}
    assert refused(transfer, told, result, **late) == ("co_owners_notice_missing", missing)
    assert transfer(told, result, consent=None, notified_on=date(2026, 6, 11))


# Given up


def give_up(here: Running, result: Result, of: str = "alpha") -> ShareOffer:
    return abandon_share(share=share(result, of), reason="Too dear", by=here.people[of], on=LATER)


def take(here: Running, offer: ShareOffer, by: str, on: date = LATER) -> ShareOffer:
    return accept_share(share=share(offer.result, by, on), offer=offer, by=here.people[by], on=on)


def test_what_is_given_up_is_offered_to_the_others_first(here: Running) -> None:
    result = disclosed(here, THIRDS)
    offer = give_up(here, result)
    assert (offer.until, offer.settled_on) == (date(2026, 7, 31), None)
    told = Notice.objects.filter(code="share_offered").order_by("recipient__username")
    assert [each.recipient.username for each in told] == ["litho-beta", "litho-gamma"]
    assert owners(result, LATER) == {"alpha": "1/2", "beta": "1/3", "gamma": "1/6"}


def test_it_passes_when_all_others_have_accepted_by_what_each_owns(here: Running) -> None:
    result = disclosed(here, THIRDS)
    offer = give_up(here, result)
    take(here, offer, "beta")
    assert owners(result, LATER)["alpha"] == "1/2"
    take(here, offer, "gamma", LATER + DAY)
    assert owners(result, LATER + DAY) == {"beta": "2/3", "gamma": "1/3"}
    assert {share.cause for share in result.shares.on(LATER + DAY)} == {"abandoned"}
    assert sound(here)


def test_when_the_time_is_over_who_accepted_has_it_all(here: Running) -> None:
    result = disclosed(here, THIRDS)
    offer = give_up(here, result)
    take(here, offer, "gamma")
    assert next_offer(consortium=here.consortium, after=LATER) == offer.until
    assert settle_offers(consortium=here.consortium, on=offer.until - DAY) == 0
    assert settle_offers(consortium=here.consortium, on=offer.until + 9 * DAY) == 1
    assert settle_offers(consortium=here.consortium, on=offer.until + 9 * DAY) == 0
    assert owners(result, offer.until - DAY)["alpha"] == "1/2"
    assert owners(result, offer.until) == {"beta": "1/3", "gamma": "2/3"}
    assert next_offer(consortium=here.consortium, after=offer.until) is None
    assert sound(here)


def test_what_nobody_wants_may_lapse_and_stays_until_then(here: Running) -> None:
    result = disclosed(here, THIRDS)
    offer = give_up(here, result)
    settle_offers(consortium=here.consortium, on=offer.until)
    offer.refresh_from_db()
    assert (offer.settled_on, offer.lapsed) == (offer.until, True)
    assert owners(result, offer.until)["alpha"] == "1/2"
    told = Notice.objects.filter(code="share_lapsed").order_by("recipient__username")
    assert [each.recipient.username for each in told] == ["litho-alpha", "litho-ip"]
    sole = disclosed(here, {"alpha": "1"})
    assert give_up(here, sole).lapsed is True


def test_an_offer_is_taken_once_in_time_and_by_another_owner(here: Running) -> None:
    result = disclosed(here, THIRDS)
    offer = give_up(here, result)
    assert refused(give_up, here, result)[0] == "share_offer_open"
    assert refused(transfer, here, result)[0] == "share_offer_open"
    assert refused(take, here, offer, "alpha")[0] == "share_offer_elsewhere"
    take(here, offer, "beta")
    assert refused(take, here, offer, "beta")[0] == "share_offer_taken"
    assert refused(take, here, offer, "gamma", offer.until)[0] == "share_offer_over"
    other = give_up(here, disclosed(here))
    strange = refused(accept_share, share=share(result, "gamma"), offer=other, by=None, on=LATER)
    assert strange[0] == "share_offer_elsewhere"


def test_offers_are_swept_and_ownership_is_checked(here: Running) -> None:
    assert registry.sweeps["share_offers"].run is settle_offers
    assert registry.checks["ownership"].problems is ownership
    result = disclosed(here)
    OwnershipShare.objects.filter(pk=share(result, "beta").pk).update(denominator=3)
    disclosed(here).shares.all().delete()
    assert {(each.code, each.subject) for each in ownership(consortium=here.consortium)} == {
        ("result_shares_not_whole", "result:R-2026-0001"),
        ("result_without_owner", "result:R-2026-0002"),
    }
