"""The staging back end of the incident: FastAPI, as its team would have written it, with the incident's faults.

Run behind the nginx of `start`, which alone decides where an upgrade gets through.
"""
import itertools
import os
import secrets
from typing import Optional

import jwt
from fastapi import FastAPI, Header, HTTPException, WebSocket, WebSocketDisconnect

AUDIENCE = "api.staging"
ISSUER = "https://auth.staging.example.com"

app = FastAPI(title="Chat back end", version="2.14.0")


def jwt_secret() -> str:
    with open(os.environ["REPLICA_JWT_SECRET_FILE"], encoding="ascii") as file:
        return file.read().strip()


@app.get("/health")
async def health() -> dict:
    return {"status": "healthy", "service": "chat-backend", "version": app.version}


@app.get("/api/health")
async def api_health(probe: str) -> dict:
    """Fails with 422 unless ?probe= names what to look at; the monitoring that asks without it never noticed."""
    return {"status": "healthy", "probe": probe}


@app.get("/api/me")
async def me(authorization: Optional[str] = Header(None)) -> dict:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": 'Bearer realm="staging"'})
    try:
        claims = jwt.decode(token, jwt_secret(), algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER)
    except jwt.ExpiredSignatureError:
        raise refused("The token has expired") from None
    except jwt.InvalidTokenError:
        raise refused("The token is invalid") from None
    return {"sub": claims["sub"], "name": "Ada Example", "scope": claims["scope"]}


def refused(why: str) -> HTTPException:
    challenge = f'Bearer realm="staging", error="invalid_token", error_description="{why}"'
    return HTTPException(401, why, {"WWW-Authenticate": challenge})


searches = itertools.count()


@app.get("/api/search")
async def search(q: str) -> dict:
    """On two servers, of which one has lost its index: as long as `flapping` is there."""
    if os.path.exists("flapping") and next(searches) % 2:
        raise HTTPException(503, "The index is not there")
    return {"query": q, "results": []}


@app.websocket("/ws")
async def chat(websocket: WebSocket) -> None:
    """The fault: nothing sets `sessions` at start-up on staging, so this raises before the upgrade is accepted."""
    session = await websocket.app.state.sessions.open(websocket)
    await session.serve()


@app.websocket("/websocket")
async def legacy_chat(websocket: WebSocket) -> None:
    """What was there before /ws and still works: no token is asked for, and messages come back as they are."""
    await websocket.accept()
    await websocket.send_json({
        "type": "connect",
        "data": {
            "mode": "legacy",
            "connection_id": f"legacy_{secrets.token_hex(4)}",
            "features": {
                "backward_compatibility": True,
                "simplified_auth": True,
                "basic_messaging": True,
            },
        },
    })
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is not None:
                await websocket.send_text(message["text"])
            else:
                await websocket.send_bytes(message["bytes"])
    except WebSocketDisconnect:
        pass
