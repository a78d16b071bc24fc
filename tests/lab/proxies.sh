# shellcheck shell=bash
# The proxies before the lab's WebSocket servers: nginx and HAProxy, right in one place and wrong in others. Source it
# behind cases.sh, with the servers' ports known.

# passing: the lines by which nginx passes an upgrade on.
passing() {
    # shellcheck disable=SC2016 # nginx's variable
    echo 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;'
}

# nginx_proxies PLAIN HTTP2 TLS: nginx on these ports.
nginx_proxies() {
    local sockets=http://127.0.0.1:$SOCKETS pass
    pass=$(passing)
    cat <<CONF
    access_log off;
    server {
        listen 127.0.0.1:$1 default_server;
        location / { proxy_pass $sockets; $pass }
        # The upgrade is dropped: no header is passed on, one of two, or none in HTTP/1.0.
        location = /dropped/chat { proxy_pass $sockets/chat; proxy_http_version 1.1; }
        location = /dropped10/chat { proxy_pass $sockets/chat; }
        location = /dropped-node { proxy_pass http://127.0.0.1:$WEBSOCKET_NODE/; proxy_http_version 1.1; }
        location = /half/chat {
            proxy_pass $sockets/chat;
            proxy_http_version 1.1;
            proxy_set_header Upgrade \$http_upgrade;
        }
        location /dropped-all/ { proxy_pass http://127.0.0.1:$SOCKETS_ANY/; proxy_http_version 1.1; }
        location = /idle/chat { proxy_pass $sockets/chat; $pass proxy_read_timeout 1s; }
        # What agrees to the compression is hidden, what is compressed is not.
        location = /packed { proxy_pass $sockets/chat; $pass proxy_hide_header Sec-WebSocket-Extensions; }
        location = /picky {
            if (\$http_sec_websocket_protocol = chat.v1) { return 400; }
            proxy_pass $sockets/chat; $pass
        }
        location = /origin/chat {
            if (\$http_origin !~ '^(|https://app\\.example\\.com)\$') { return 403; }
            proxy_pass $sockets/chat; $pass
        }
        location = /moved/chat { return 301 http://127.0.0.1:$1/chat; }
        location = /gone { proxy_pass http://127.0.0.1:1; $pass }
        location = /static { return 200 'no socket here'; }
    }
    server { listen 127.0.0.1:$1; server_name other.test; location / { return 404; } }
    server { listen 127.0.0.1:$2 http2; location / { return 404; } }
    server {
        listen 127.0.0.1:$3 ssl;
        ssl_certificate $WORK/certs/server.pem;
        ssl_certificate_key $WORK/certs/server.key;
        location / { proxy_pass $sockets; $pass }
    }
CONF
}

# haproxy_proxies TUNNEL HTTP2: HAProxy on these ports.
haproxy_proxies() {
    cat <<CONF
global
    maxconn 100
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    timeout tunnel 1s
    default_backend sockets
frontend tunnel
    bind 127.0.0.1:$1
frontend second
    bind 127.0.0.1:$2 proto h2
backend sockets
    server one 127.0.0.1:$SOCKETS
CONF
}

haproxy_listens() {
    server_alive haproxy.pid && (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# start_proxies: both, with PROXY, PROXY_H2, PROXY_TLS, FRONT and FRONT_H2 as their ports.
start_proxies() {
    local ports _
    mkdir "$WORK/certs" "$WORK/proxies"
    (
        # shellcheck source=tests/servers/certs.sh
        . "$ROOT/tests/servers/certs.sh"
        cd "$WORK/certs"
        cert_ca ca ca 'Lab CA'
        cert_new server ca localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    )
    SERVERS+=("$WORK/proxies")
    cd "$WORK/proxies"
    nginx_start 3 nginx_proxies
    export PROXY=${ports[0]} PROXY_H2=${ports[1]} PROXY_TLS=${ports[2]}
    for _ in 1 2 3 4 5; do
        mapfile -t ports < <(free_ports 2)
        haproxy_proxies "${ports[@]}" >haproxy.cfg
        PATH=$PATH:/usr/sbin background haproxy haproxy -db -f haproxy.cfg
        wait_until 5 haproxy_listens "${ports[0]}" && break
    done
    haproxy_listens "${ports[0]}" || fail "haproxy does not start"
    export FRONT=${ports[0]} FRONT_H2=${ports[1]}
    cd "$WORK"
}
