#!/usr/bin/env bash
# The environment's proxies are not used, and one line says so.
. "$(dirname "$0")/lib.sh"
start_server raw
start_server proxy

export http_proxy=http://127.0.0.1:$PROXY_PORT https_proxy=http://127.0.0.1:$PROXY_PORT
export ALL_PROXY=http://127.0.0.1:$PROXY_PORT
expect_status 0 "$ENDOSCOPE" run "http://127.0.0.1:$RAW_PORT/ok"
expect_contains stderr 'http_proxy is set and not used'
expect_equal "$(grep -c 'is set and not used' stderr)" 1
expect_equal "$(grep -c 'GET http' "$PROXY_LOG" || true)" 0
unset http_proxy https_proxy ALL_PROXY
expect_status 0 "$ENDOSCOPE" run "http://127.0.0.1:$RAW_PORT/ok"
expect_not_contains stderr 'is set and not used'
