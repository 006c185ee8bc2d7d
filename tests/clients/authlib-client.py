"""PyPI's Authlib against a tenant: discovers, sends a browser, takes it back, verifies the ID token from the published
keys, asks who it is. The browser is the test that started this: for each line `{"go": address}` that is written it
answers with where the browser was sent back to."""

import json
import sys

from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

issuer, client_id, key, redirect, _ = sys.argv[1:]


def say(what):
    print(json.dumps(what), flush=True)


def go(address):
    say({"go": address})
    return sys.stdin.readline().strip()


session = OAuth2Session(
    client_id,
    key or None,
    token_endpoint_auth_method="client_secret_basic" if key else "none",
    redirect_uri=redirect,
    scope="openid profile",
    code_challenge_method="S256",
)
metadata = session.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True).json()
assert metadata["issuer"] == issuer, metadata
verifier, nonce = generate_token(48), generate_token()
address, state = session.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
)
back = go(address)


def redeem():
    # Authlib refuses another's state itself.
    return session.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )


tokens = redeem()
keys = KeySet.import_key_set(session.get(metadata["jwks_uri"], withhold_token=True).json())
decoded = jwt.decode(tokens["id_token"], keys, algorithms=metadata["id_token_signing_alg_values_supported"])
options = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
claims = CodeIDToken(
    decoded.claims,
    decoded.header,
    options,
    {"nonce": nonce, "client_id": client_id, "access_token": tokens["access_token"]},
)
claims.validate()
info = session.get(metadata["userinfo_endpoint"]).json()

# A second redemption is refused.
try:
    redeem()
    again = "taken"
except OAuthError as refusal:
    again = refusal.error
say({"claims": dict(claims), "info": info, "again": again})
