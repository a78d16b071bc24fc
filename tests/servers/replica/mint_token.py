"""Prints a token for the back end of app.py: mint_token.py SECRET_FILE SECONDS, which may be negative (expired)."""
import sys
import time

import jwt

with open(sys.argv[1], encoding="ascii") as file:
    secret = file.read().strip()
now = int(time.time())
print(jwt.encode({
    "sub": "u-1001",
    "iss": "https://auth.staging.example.com",
    "aud": "api.staging",
    "scope": "chat profile",
    "iat": now - 86400,
    "exp": now + int(sys.argv[2]),
}, secret, algorithm="HS256"))
