"""Planned publications: who is told, who may object, and what the calendar brings about."""

from datetime import date
from typing import Any

import pytest

from consortium.errors import DomainError
from consortium.models import Notice
from consortium.operations.advance import advance
from consortium.operations.members import end_membership
from consortium.reports.docket import docket
from ip.models import PublicationAnswer, PublicationNotice, PublicationWatch
from ip.operations.publishing import Planned, answer_notice, enter_answer, enter_notice, give_notice
from ip.operations.reviewing import review_publications
from ip.reports.publications import stands
from ip.rules.choices import Confidentiality, Stance
from tests.factories.publishing import noticed, party
from tests.factories.results import DISCLOSED, disclosed, researching
from tests.factories.running import Running

NOTICED = date(2026, 6, 15)
CLOSES = date(2026, 7, 16)
PLANNED = date(2026, 7, 30)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Running:
    return researching()


def bodies(notice: PublicationNotice) -> list[str]:
    rows = notice.publicationpartys.order_by("body__name_en")
    return [each.body.name_en for each in rows.select_related("body")]


def told(here: Running, code: str) -> set[str]:
    names = {user.pk: name for name, user in here.people.items()}
    rows = Notice.objects.filter(code=code).values_list("recipient", flat=True)
    return {names[pk] for pk in rows}


def object_to(here: Running, notice: PublicationNotice, by: str, on: date, **changes: Any) -> None:
    given = {"stance": Stance.DELAY, "reason": "A patent is being filed", **changes}
    answer_notice(party=party(notice, by), **given, by=here.people[by], on=on)


def refused(call: Any, **given: Any) -> str:
    before = PublicationNotice.objects.count(), PublicationAnswer.objects.count()
    with pytest.raises(DomainError) as error:
        call(**given)
    assert (PublicationNotice.objects.count(), PublicationAnswer.objects.count()) == before
    return error.value.code


def test_the_other_participants_are_told_and_may_object(here: Running) -> None:
    notice = noticed(here, NOTICED)
    assert (notice.number, notice.closes_on) == ("PUB-2026-0001", CLOSES)
    assert bodies(notice) == ["Beta", "Gamma"]
    assert told(here, "publication_noticed") == {"beta", "gamma", "ip"}
    texts = str(list(Notice.objects.filter(code="publication_noticed").values_list("values")))
    assert "lenses" not in texts


def test_of_an_owners_secret_only_its_owners_are_told(here: Running) -> None:
    secret = disclosed(here, confidentiality=Confidentiality.OWNERS)
    notice = noticed(here, NOTICED, project=None, results=(secret,))
    assert bodies(notice) == ["Beta"]


def test_silence_clears_it_and_everybody_is_told_once(here: Running) -> None:
    notice = noticed(here, NOTICED)
    advance(consortium=here.consortium, to=CLOSES)
    assert told(here, "publication_early") == {"alpha", "beta", "gamma", "ip"}
    advance(consortium=here.consortium, to=PLANNED)
    assert told(here, "publication_deemed") == {"alpha", "beta", "gamma", "ip"}
    before = Notice.objects.count()
    PublicationWatch.objects.update(next_on=PLANNED)
    assert review_publications(consortium=here.consortium, on=PLANNED) == 1
    assert review_publications(consortium=here.consortium, on=PLANNED) == 0
    assert Notice.objects.count() == before
    assert PublicationWatch.objects.get(notice=notice).next_on is None


def test_an_objection_holds_it_up_until_the_longest_delay_is_over(here: Running) -> None:
    notice = noticed(here, NOTICED)
    object_to(here, notice, "beta", date(2026, 7, 15))
    assert told(here, "publication_answered") == {"alpha", "ip"}
    advance(consortium=here.consortium, to=date(2026, 10, 12))
    assert not told(here, "publication_delayed")
    advance(consortium=here.consortium, to=date(2026, 10, 13))
    assert told(here, "publication_delayed") == {"alpha", "beta", "gamma", "ip"}
    assert stands(notice, date(2026, 10, 13)).from_on == date(2026, 10, 13)


def test_an_objection_comes_in_time_with_a_reason_and_can_be_taken_back(here: Running) -> None:
    notice = noticed(here, NOTICED)
    beta = {"party": party(notice, "beta"), "by": here.people["beta"], "stance": Stance.CHANGE}
    assert refused(answer_notice, **beta, reason=" ", on=NOTICED) == "objection_reason_missing"
    assert refused(answer_notice, **beta, reason="x", on=CLOSES) == "objection_too_late"
    object_to(here, notice, "beta", date(2026, 7, 15))
    object_to(here, notice, "beta", CLOSES, stance=Stance.CONSENT)
    assert stands(notice, PLANNED).review == "deemed"


def test_nobody_answers_for_another(here: Running) -> None:
    given = {"party": party(noticed(here, NOTICED), "beta"), "stance": Stance.CONSENT}
    for name in ("alpha", "gamma", "secretary", "ip"):
        assert refused(answer_notice, **given, by=here.people[name], on=NOTICED) == "denied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"planned_on": date(2026, 7, 29)}, "publication_too_soon"),
        ({"project": None}, "publication_about_nothing"),
        ({"title": " "}, "publication_about_nothing"),
    ],
)
def test_a_notice_that_cannot_be(here: Running, changes: dict[str, Any], code: str) -> None:
    given = {"title": "x", "planned_on": PLANNED, "project": here.project, **changes}
    who = {"member": here.members["alpha"], "by": here.people["alpha"], "on": NOTICED}
    assert refused(give_notice, planned=Planned(**given), **who) == code


def test_one_publishes_about_ones_own_work(here: Running) -> None:
    secret = disclosed(here, {"alpha": "1"}, confidentiality=Confidentiality.OWNERS)
    planned = Planned(title="x", planned_on=PLANNED, results=(secret,))
    who = {"member": here.members["gamma"], "by": here.people["gamma"], "on": NOTICED}
    assert refused(give_notice, planned=planned, **who) == "publication_not_own"


def test_a_charter_without_review_asks_for_no_notice() -> None:
    here = researching(publication=None)
    planned = Planned(title="x", planned_on=PLANNED, project=here.project)
    who = {"member": here.members["alpha"], "by": here.people["alpha"], "on": NOTICED}
    assert refused(give_notice, planned=planned, **who) == "publication_not_reviewed"


def test_paper_counts_from_its_own_day(here: Running) -> None:
    planned = Planned(title="x", planned_on=PLANNED, project=here.project)
    ip = {"by": here.people["ip"], "on": date(2026, 8, 1)}
    given = {"member": here.members["alpha"], "planned": planned}
    later = {**given, "noticed_on": date(2026, 8, 2)}
    assert refused(enter_notice, **later, **ip) == "publication_noticed_outside"
    notice = enter_notice(**given, noticed_on=NOTICED, paper=here.file(), **ip)
    assert (notice.noticed_on, notice.closes_on) == (NOTICED, CLOSES)
    answer = {"party": party(notice, "beta"), "stance": Stance.DELAY, "reason": "x"}
    for day in (date(2026, 6, 14), date(2026, 8, 2)):
        code = refused(enter_answer, **answer, answered_on=day, **ip)
        assert code == "publication_answered_outside"
    assert refused(enter_answer, **answer, answered_on=CLOSES, **ip) == "objection_too_late"
    enter_answer(**answer, answered_on=date(2026, 7, 1), **ip)
    assert stands(notice, date(2026, 8, 1)).from_on == date(2026, 9, 29)


def test_the_docket_shows_whose_turn_it_is(here: Running) -> None:
    notice = noticed(here, NOTICED)
    object_to(here, notice, "beta", NOTICED, stance=Stance.CONSENT)

    def mine(name: str) -> list[bool]:
        given = {"consortium": here.consortium, "on": NOTICED, "until": PLANNED}
        found = docket(**given, user=here.people[name], code="publication_closes")
        return [each.mine for each in found]

    assert {name: mine(name) for name in ("alpha", "beta", "gamma", "ip")} == {
        "alpha": [False],
        "beta": [False],
        "gamma": [True],
        "ip": [False],
    }


def test_who_has_left_the_project_before_the_notice_is_not_asked(here: Running) -> None:
    here.project.projectparticipants.filter(body__name_en="Gamma").update(ends_on=DISCLOSED)
    end_membership(member=here.members["gamma"], ends_on=DISCLOSED, by=None, on=DISCLOSED)
    assert bodies(noticed(here, NOTICED)) == ["Beta"]
