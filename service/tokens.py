"""Who may ask: bearer tokens (RFC 6750), if any are set."""

import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.types import Scope

from service.errors import TokenMissing, TokenWrong
from service.head import header_of
from service.record import route_path

PROTECTED = {
    "api": ("/v1/",),
    "docs": ("/docs", "/playground/", "/openapi.json", "/problems/", "/version"),
    "metrics": ("/metrics",),
}
"""What can be protected, by what its addresses begin with. Health checks never are: who asks them has no token."""


class Tokens:
    """The tokens that open the protected addresses; without any, all are open."""

    def __init__(self, tokens: Sequence[SecretStr], protected: Sequence[str]) -> None:
        """Keep them.

        Args:
            tokens: each is as good as the others, so that one can be replaced while both are in use.
            protected: names in PROTECTED.
        """
        self._tokens = [token.get_secret_value().encode() for token in tokens]
        self._prefixes = tuple(prefix for name in protected for prefix in PROTECTED[name])

    def protect(self, *paths: str) -> bool:
        """Tell whether any of these addresses needs a token."""
        return bool(self._tokens) and any(_filed(path).startswith(self._prefixes) for path in paths)

    def check(self, scope: Scope) -> None:
        """Let a request pass, or not.

        Raises:
            TokenMissing: it needs a token and has none.
            TokenWrong: its token is none of them.
        """
        if not self.protect(route_path(scope)):
            return
        scheme, _, token = (header_of(scope, b"authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenMissing("this address needs a token: send the header 'Authorization: Bearer TOKEN'")
        # All are compared, each in a time that tells nothing of where they differ.
        if not sum(hmac.compare_digest(known, token.strip().encode()) for known in self._tokens):
            raise TokenWrong("the token is none of those that open this address")


def _filed(path: str) -> str:
    """Put the playground's page, which lies at the root, beside its files."""
    return "/playground/" if path == "/" else path
