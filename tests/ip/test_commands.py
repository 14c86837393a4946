"""`rights`: verdict, clause and next change for each use, or a message and exit code 2."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories.rights import house

pytestmark = pytest.mark.django_db
ON = ("--on", "2025-01-01")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("rights", "R-2024-0001", "--consortium", "optics", *ON, *arguments)
    return capsys.readouterr().out


def test_each_use_with_its_clause_and_next_change(capsys: pytest.CaptureFixture[str]) -> None:
    here = house()
    here.result()
    found = said(capsys, "--organization", "Outsider Inc")
    assert found.splitlines()[0] == "R-2024-0001 · Outsider Inc · January 1, 2025"
    assert "    No: The result is kept to: Member\n    first · 7.1 · exclusivity[0]\n" in found
    assert "    from February 28, 2026 · On terms · Transfer fee and royalty" in found
    member = json.loads(
        said(capsys, "--organization", str(here.organization("beta").uid), "--use", "exploit",
             "--json")
    )  # fmt: skip
    (right,) = member["rights"]
    assert (member["on"], right["verdict"], right["terms"], right["clause"], right["next"]) == (
        "2025-01-01", "yes", "royalty_free", "7.2", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("R-1", "--consortium", "optics", "--organization", "Beta Inc"), "is no result of"),
        (("R-2024-0001", "--consortium", "nowhere", "--organization", "Beta Inc"), "nowhere"),
        (("R-2024-0001", "--consortium", "optics", "--organization", "Twin"), "one organization"),
        (("R-2024-0001", "--consortium", "optics", "--organization", "Gone"), "one organization"),
    ],
)
def test_what_is_not_there_ends_with_2(arguments: tuple[str, ...], code: str) -> None:
    here = house()
    here.result()
    for name in ("beta", "gamma"):
        twin = here.organization(name)
        twin.name_zh = "Twin"
        twin.save()
    with pytest.raises(CommandError) as refused:
        call_command("rights", *arguments, *ON)
    assert refused.value.returncode == 2
    assert code in str(refused.value)
