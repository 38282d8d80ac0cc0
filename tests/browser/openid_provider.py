"""A small OpenID provider on 127.0.0.1: discovery, authorisation code with PKCE, signed tokens.  Whoever types a name is that name."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "weisu", "a secret of the test only"


@dataclass
class Provider:
    """One provider; `signs_with` another key than it publishes makes its tokens forgeries."""

    address: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}))
    signs_with: RSAKey | None = None
    issued_ago: int = 0  # seconds since the sign-in, as tokens say it
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/authorize", self.authorize, methods=["GET", "POST"]),
            Route("/token", self.token, methods=["POST"]),
            Route("/jwks", self.jwks),
        ]

    async def metadata(self, _request: Request) -> Response:
        at = self.address
        return JSONResponse(
            {"issuer": at, "authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/jwks",
             "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
             "code_challenge_methods_supported": ["S256"]}
        )  # fmt: skip

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if request.method == "GET":
            return HTMLResponse(f'<form method="post" action="?{html.escape(urlencode(asked))}"><input name="user" id="user"><button>ok</button></form>')  # fmt: skip
        user = parse_qs((await request.body()).decode())["user"][0]
        code = secrets.token_hex(8)
        self.codes[code] = asked | {"user": user}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(form["code"])
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        is_same = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        if not is_same or request.headers.get("authorization", "") != f"Basic {basic.replace('+', '%2B')}":
            return JSONResponse({"error": "invalid_client"}, 401)
        now = int(time.time()) - self.issued_ago
        claims = {"iss": self.address, "aud": CLIENT, "sub": f"id-{asked['user']}", "preferred_username": asked["user"], "nonce": asked["nonce"],
                  "iat": now, "exp": now + 86_400}  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.signs_with or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": signed})


@contextmanager
def provide(port: int) -> Iterator[Provider]:
    """Run a provider on a port of 127.0.0.1 as long as the block lasts."""
    provider = Provider(f"http{''}://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=provider.routes()), host="127.0.0.1", port=port, log_level="error"))  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(timeout=10)
