"""An OpenID provider of its own, as a company has one: Django and the OAuth toolkit, run alone.

`python oidc_provider.py PORT REDIRECT_URI CLAIMS.json` serves until it is stopped. Whoever asks is
signed in as its one person; what it says of them is read from the file at each request.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PORT, REDIRECT_URI, CLAIMS = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
ISSUER = f"http://127.0.0.1:{PORT}"


def _key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


settings.configure(
    SECRET_KEY="another house",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        f"{__name__}.sign_everybody_in",
    ],
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": _key(),
        "OIDC_ISS_ENDPOINT": ISSUER,
        "PKCE_REQUIRED": True,
        "SCOPES": {"openid": "", "profile": "", "email": ""},
        "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Validator",
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402

urlpatterns = [path("", include("oauth2_provider.urls", namespace="oauth2_provider"))]


class Validator(OAuth2Validator):
    """Says of the person what the file says."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        return json.loads(CLAIMS.read_text())


def sign_everybody_in(get_response):
    def middleware(request):
        if request.path.startswith("/authorize"):
            request.user = User.objects.get()
        return get_response(request)

    return middleware


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def main() -> None:
    call_command("migrate", verbosity=0)
    User.objects.create_user("somebody")
    Application.objects.create(
        client_id="recruiter",
        client_secret="shared secret",
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=REDIRECT_URI,
        skip_authorization=True,
        algorithm="RS256",
    )
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Quiet) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    sys.modules["oidc_provider"] = sys.modules["__main__"]
    main()
