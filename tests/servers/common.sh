# shellcheck shell=bash
# What the start and stop scripts of the test servers share. Source it; it needs bash.
#
# A server lives in one directory: its configuration, certificates, logs, NAME.pid files and `env`, the shell
# assignments by which a test finds it. Every process has that directory as its working directory, which is how
# server_stop tells ours from a stranger that got the same process id later.

PYTHON=/usr/bin/python3 # Debian's: another one, first on PATH, lacks the modules

server_die() {
    echo "$0: $*" >&2
    exit 1
}

# Prepares DIR as a server's home, stopping what an earlier start left there; prints its absolute path.
server_home() {
    mkdir -p "$1"
    server_stop "$1"
    rm -f "$1/env"
    (cd "$1" && pwd -P)
}

# free_ports COUNT: ports of 127.0.0.1 that nobody listens on at this moment, one a line. Somebody may take one
# before we do: callers try again.
free_ports() {
    "$PYTHON" -ES - "$1" <<'PY'
import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])
PY
}

# background NAME COMMAND...: runs the command, detached from our terminal and pipes; NAME.log and NAME.pid in $PWD.
background() {
    local name=$1
    shift
    setsid "$@" </dev/null >"$name.log" 2>&1 &
    echo $! >"$name.pid"
}

# wait_until SECONDS COMMAND...: true as soon as the command is, false when the time is over.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# Is the process of this pid file alive, and one that was started in this directory?
server_alive() {
    local pid
    pid=$(cat "$1" 2>/dev/null) && [[ -n $pid && /proc/$pid/cwd -ef $(dirname "$1") ]]
}

server_gone() {
    ! server_alive "$1"
}

# Stops every server of DIR: politely, then not. Stopping what does not run is no error.
server_stop() {
    local file
    for file in "$1"/*.pid; do
        if server_alive "$file"; then
            kill -TERM "$(cat "$file")" 2>/dev/null || true
            wait_until 3 server_gone "$file" || kill -KILL "$(cat "$file")" 2>/dev/null || true
        fi
        rm -f "$file"
    done
}

# For `trap ... EXIT` in a start script: when it fails, shows the logs and leaves nothing running.
server_on_exit() {
    local status=$? file
    ((status != 0)) || return 0
    for file in "$1"/*.log "$1"/*/*.log; do
        [[ -s $file ]] && { echo "--- $file"; tail -n 30 "$file"; } >&2
    done
    server_stop "$1"
    exit "$status"
}

# The frame of an nginx.conf that lives in $PWD, by whomever it is run; the http block's content is its input.
nginx_conf() {
    # Root's workers would turn into nobody, who may not enter the directory.
    ((EUID != 0)) || echo 'user root root;'
    cat <<'CONF'
worker_processes 1;
pid nginx.pid;
error_log nginx-error.log info;
events { worker_connections 1024; }
http {
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
CONF
    cat
    echo '}'
}

# nginx_start COUNT FUNCTION: runs nginx with what FUNCTION writes, given COUNT free ports, which end up in `ports`.
# nginx detaches once it has bound them, so its failure means that one was taken: then with others.
nginx_start() {
    mkdir -p tmp
    for _ in 1 2 3 4 5; do
        mapfile -t ports < <(free_ports "$1")
        "$2" "${ports[@]}" | nginx_conf >nginx.conf
        PATH=$PATH:/usr/sbin nginx -p "$PWD/" -c nginx.conf -e nginx-error.log </dev/null >>nginx.log 2>&1 && return
    done
    server_die "nginx does not start"
}
