"""Tokens: which addresses need one, and which is good."""

import hmac

import pytest
from pydantic import SecretStr

from service import tokens as subject
from service.errors import TokenMissing, TokenWrong
from service.tokens import PROTECTED, Tokens

FIRST, SECOND = "first-token-0123456789", "second-token-012345678"
ADDRESSES = {"api": "/v1/warp", "docs": "/docs", "metrics": "/metrics"}


def scope_of(path, authorization=None):
    headers = [] if authorization is None else [(b"authorization", authorization.encode("latin-1"))]
    return {"type": "http", "method": "POST", "path": path, "headers": headers}


def tokens(*protected):
    return Tokens([SecretStr(FIRST), SecretStr(SECOND)], protected)


@pytest.mark.parametrize("token", [FIRST, SECOND])
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_each_token_opens(token, scheme):
    tokens("api").check(scope_of("/v1/warp", scheme + token))


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", f"Basic {FIRST}", FIRST])
def test_without_a_token_one_is_asked_for(authorization):
    with pytest.raises(TokenMissing):
        tokens("api").check(scope_of("/v1/warp", authorization))


@pytest.mark.parametrize("token", [FIRST[:-1], FIRST + "x", FIRST.upper(), f"{FIRST},{SECOND}", "é" * 20, "x"])
def test_any_other_token_is_refused(token):
    with pytest.raises(TokenWrong):
        tokens("api").check(scope_of("/v1/warp", f"Bearer {token}"))


@pytest.mark.parametrize("protected", PROTECTED)
@pytest.mark.parametrize("asked", ADDRESSES)
def test_what_is_protected_is_a_choice(protected, asked):
    if protected == asked:
        with pytest.raises(TokenMissing):
            tokens(protected).check(scope_of(ADDRESSES[asked]))
    else:
        tokens(protected).check(scope_of(ADDRESSES[asked]))


@pytest.mark.parametrize("path", ["/", "/playground/main.js", "/docs", "/openapi.json", "/problems/full", "/version"])
def test_the_pages_are_protected_together(path):
    with pytest.raises(TokenMissing):
        tokens("docs").check(scope_of(path))
    tokens("api", "metrics").check(scope_of(path))


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_checks_need_none_whatever_is_protected(path):
    tokens(*PROTECTED).check(scope_of(path))


def test_below_a_prefix_the_same_addresses_are_protected():
    with pytest.raises(TokenMissing):
        tokens("api").check(scope_of("/pictures/v1/warp") | {"root_path": "/pictures"})


def test_without_tokens_all_is_open():
    Tokens((), tuple(PROTECTED)).check(scope_of("/v1/warp"))
    assert not Tokens((), tuple(PROTECTED)).protect("/v1/warp")


def test_all_tokens_are_compared_in_constant_time(monkeypatch):
    compared, constant_time = [], hmac.compare_digest

    def compare(known, given):
        compared.append(known)
        return constant_time(known, given)

    monkeypatch.setattr(subject.hmac, "compare_digest", compare)
    tokens("api").check(scope_of("/v1/warp", f"Bearer {FIRST}"))
    assert compared == [FIRST.encode(), SECOND.encode()]
