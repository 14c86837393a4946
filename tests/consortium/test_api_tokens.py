"""Tokens: password, second factor, revoking."""

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from knox.models import AuthToken

from consortium.api.tokens import KEPT
from tests.cast import Cast

CREDENTIALS = {"username": "payer", "password": "a sound password"}
SECRET = "JBSWY3DPEHPK3PXP"


def test_a_token_opens_the_interface(cast: Cast, api: Any) -> None:
    made = api().post("/api/v1/tokens/", CREDENTIALS)
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {made.json()['token']}"}
    assert api(**bearer).get("/api/v1/me/").json()["username"] == "payer"
    assert api(**bearer).delete("/api/v1/tokens/current/").status_code == 204
    assert api(**bearer).get("/api/v1/me/").status_code == 401


@pytest.mark.parametrize(
    "change", [{"password": "wrong"}, {"username": "absent"}, {"username": "nul"}]
)
def test_wrong_credentials_are_all_the_same(cast: Cast, api: Any, change: dict[str, str]) -> None:
    response = api().post("/api/v1/tokens/", CREDENTIALS | change)
    assert (response.status_code, response.json()["code"]) == (401, "wrong_credentials")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_nobody_inactive_gets_in(cast: Cast, api: Any) -> None:
    token = api().post("/api/v1/tokens/", CREDENTIALS).json()["token"]
    cast.people["payer"].is_active = False
    cast.people["payer"].save()
    assert api().post("/api/v1/tokens/", CREDENTIALS).status_code == 401
    bearer = {"Authorization": f"Bearer {token}"}
    assert api(**bearer).get("/api/v1/me/").status_code == 401


def test_revoking_all(cast: Cast, api: Any) -> None:
    tokens = [api().post("/api/v1/tokens/", CREDENTIALS).json()["token"] for _ in range(2)]
    bearer = [{"Authorization": f"Bearer {token}"} for token in tokens]
    assert api(**bearer[0]).delete("/api/v1/tokens/all/").status_code == 204
    assert [api(**each).get("/api/v1/me/").status_code for each in bearer] == [401, 401]


def test_the_oldest_token_gives_way(cast: Cast, api: Any) -> None:
    for _ in range(KEPT + 2):
        assert api().post("/api/v1/tokens/", CREDENTIALS).status_code == 201
    assert AuthToken.objects.filter(user=cast.people["payer"]).count() == KEPT


def test_guessing_is_limited_per_account(cast: Cast, api: Any) -> None:
    wrong = CREDENTIALS | {"password": "wrong"}
    codes = [
        api().post("/api/v1/tokens/", wrong, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(7)
    ]
    assert codes == [401] * 5 + [429] * 2


def test_a_second_factor_is_asked_for(cast: Cast, api: Any) -> None:
    Authenticator.objects.create(
        user=cast.people["payer"],
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(SECRET)},
    )
    missing = api().post("/api/v1/tokens/", CREDENTIALS)
    assert (missing.status_code, missing.json()["code"]) == (401, "code_needed")
    wrong = api().post("/api/v1/tokens/", CREDENTIALS | {"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    right = CREDENTIALS | {"code": code}
    assert api().post("/api/v1/tokens/", right).status_code == 201
    assert api().post("/api/v1/tokens/", right).json()["code"] == "wrong_credentials"


def test_guessing_codes_is_limited_per_account(cast: Cast, api: Any) -> None:
    Authenticator.objects.create(
        user=cast.people["payer"],
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(SECRET)},
    )
    wrong = CREDENTIALS | {"code": "000000"}
    codes = [
        api().post("/api/v1/tokens/", wrong, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(7)
    ]
    assert codes[-1] == 429
