#!/usr/bin/env bash
# The replica answers as the incident's report says, to a client that is not ours.
. "$(dirname "$0")/lib.sh"
start_server replica

upgrade=(-H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13'
    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')

# ask PATH [CURL OPTIONS...]: prints the status; head and body go to the file `answer`. An upgrade that succeeds stays
# open, hence the time limit.
ask() {
    local path=$1
    shift
    curl -s -N -i --http1.1 --max-time 2 --cacert "$REPLICA_CA" --resolve "$REPLICA_HOST:$REPLICA_PORT:127.0.0.1" \
        -o answer -w '%{http_code}' "$@" "$REPLICA_ORIGIN$path" || true
}

expect_equal "$(ask /health)" 200
expect_contains answer '"status":"healthy"'
expect_equal "$(ask /api/health)" 422
expect_contains answer '["query","probe"]' 'field required'

expect_equal "$(ask /ws "${upgrade[@]}")" 500
expect_contains answer 'Internal Server Error'
expect_matches answer '^X-Request-ID: [0-9a-f]{32}'
for path in /api/ws /api/websocket /v1/ws /v1/websocket /no-such-path; do
    expect_equal "$(ask "$path" "${upgrade[@]}")" 404
    expect_contains answer '{"detail":"Not Found"}'
done
expect_equal "$(ask /ws)" 404

expect_equal "$(ask /websocket "${upgrade[@]}")" 101
expect_contains answer 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
expect_matches answer '"type": "connect", "data": \{"mode": "legacy", "connection_id": "legacy_[0-9a-f]{8}"'
expect_contains answer '"backward_compatibility": true, "simplified_auth": true, "basic_messaging": true'

expect_equal "$(ask /api/me)" 401
expect_matches answer '^www-authenticate: Bearer '
expect_equal "$(ask /api/me -H "Authorization: Bearer ${STAGING_JWT}x")" 401
expect_equal "$(ask /api/me -H "Authorization: Bearer $REPLICA_EXPIRED_JWT")" 401
expect_contains answer 'expired'
expect_equal "$(ask /api/me -H "Authorization: Bearer $STAGING_JWT")" 200
expect_contains answer '"sub":"u-1001"'
