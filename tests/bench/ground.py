# SPDX-License-Identifier: MIT
"""What every bench stands on: processes measured on a core of their own, servers on another, configs, certificates."""

import os
import random
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER_CORE, CLIENT_CORE = 0, 1 if (os.cpu_count() or 1) > 1 else 0


@dataclass
class Taken:
    """What one run of a process took."""

    wall_ms: float
    cpu_ms: float
    peak_mib: float


def median(runs, field):
    return statistics.median(getattr(run, field) for run in runs)


class Ground:
    """A folder of its own, the programs of one build, and the servers that are up. Used as a context."""

    def __init__(self, build, smoke):
        self.build = Path(build).resolve()
        self.smoke = smoke
        self.rounds = 1 if smoke else 5
        self.processes = []
        self.folder = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="bench."))
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
            process.wait(10)
        shutil.rmtree(self.folder)

    def program(self, name):
        return str(self.build / "endoscope" if name == "endoscope" else self.build / "tests" / f"bench_{name}")

    def count(self, whole):
        """How many endpoints: a smoke run takes few."""
        return min(whole, 50) if self.smoke else whole

    def measure(self, command, statuses=(0,)):
        """Runs the command on the clients' core, what it prints going to a file; its status must be among `statuses`."""
        out = self.folder / "taken"
        with open(self.folder / "stdout", "wb") as stdout, open(self.folder / "stderr", "wb") as stderr:
            subprocess.run(
                [self.program("measure"), str(CLIENT_CORE), out, *map(str, command)],
                check=True, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL, cwd=self.folder, env=self.environment(),
            )
        wall, user, system, peak, status = map(int, out.read_text().split())
        if status not in statuses:
            words = (self.folder / "stderr").read_text(errors="replace")[-1500:]
            raise RuntimeError(f"status {status} from {' '.join(map(str, command))}\n{words}")
        return Taken(wall / 1000, (user + system) / 1000, peak / 1024)

    def instructions(self, command):
        """User-space instructions, by callgrind; None where there is no valgrind."""
        if not shutil.which("valgrind") or self.smoke:
            return None
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.folder}/callgrind.out", *map(str, command)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.folder, env=self.environment(), check=False,
        )
        for line in done.stderr.splitlines():
            if "Collected :" in line:
                return int(line.split(":")[1])
        raise RuntimeError(f"callgrind: {done.stderr[-1000:]}")

    def environment(self):
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TZ": "UTC", "LC_ALL": "C.UTF-8", **{
            name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}}

    def fresh(self, name):
        """A path at which nothing stands, for a store."""
        for path in self.folder.glob(name + "*"):
            path.unlink()
        return self.folder / name

    # -- servers

    def pinned(self, command, **options):
        process = subprocess.Popen(command, cwd=self.folder, preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}), **options)
        self.processes.append(process)
        return process

    def bench_server(self):
        """tests/bench/server.c; returns its port and itself: ended, it leaves its log in `served`."""
        process = self.pinned([self.program("server"), self.folder / "served"], stdout=subprocess.PIPE, text=True)
        return int(process.stdout.readline()), process

    def served(self, process):
        """By target, how long the server's answer took by its own clock, in µs."""
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        self.processes.remove(process)
        pairs = (line.split() for line in (self.folder / "served").read_text().splitlines())
        return {target: int(us) for target, us in pairs}

    def nginx(self, behind=None):
        """One worker that answers 200 with 15 bytes, 503 below /broken; returns the plain and the TLS port. `behind`: the port
        of a server to which /ws goes."""
        certificates = self.certificates()
        for _ in range(5):
            plain, tls = free_port(), free_port()
            (self.folder / "nginx.conf").write_text(nginx_conf(plain, tls, certificates, behind))
            (self.folder / "tmp").mkdir(exist_ok=True)
            binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
            process = self.pinned([binary, "-p", f"{self.folder}/", "-c", "nginx.conf", "-e", "nginx.log"])
            for _ in range(100):
                if process.poll() is not None:
                    break
                if answers(plain) and answers(tls):
                    return plain, tls
                time.sleep(0.05)
            self.processes.remove(process)
        raise RuntimeError("nginx does not start: " + (self.folder / "nginx.log").read_text())

    def certificates(self):
        """ca.pem, and a leaf for 127.0.0.1 and localhost, by tests/servers/certs.sh."""
        folder = self.folder / "certificates"
        if not folder.exists():
            folder.mkdir()
            names = "subjectAltName=DNS:localhost,DNS:bench.example.com,IP:127.0.0.1"
            script = f". {ROOT}/tests/servers/certs.sh; cert_ca ca ca 'Bench CA'; cert_new leaf ca localhost '{names}'"
            subprocess.run(["bash", "-ec", script], cwd=folder, check=True)
        return folder

    # -- what is probed

    def urls(self, urls):
        path = self.folder / "urls"
        path.write_text("".join(url + "\n" for url in urls))
        return path

    def config(self, urls, ca=None, concurrency=64, experiments=True, **keys):
        """A config that asks each URL once; `keys` are of `defaults`."""
        settings = {"attempts": "1", **keys}
        if ca:
            settings["tls"] = f"{{ ca: {ca} }}"
        text = f"suite: bench\nconcurrency: {concurrency}\nmax_per_host: {concurrency}\n"
        text += "" if experiments else "experiments: false\n"
        text += "defaults: { " + ", ".join(f"{key}: {value}" for key, value in settings.items()) + " }\nendpoints:\n"
        text += "".join(f"  - {{ name: e{i:05}, url: '{url}' }}\n" for i, url in enumerate(urls))
        path = self.folder / "bench.yaml"
        path.write_text(text)
        return path

    def readings(self, store):
        """The probes of the store's latest run: endpoint, status, first byte, total, lag in µs, code."""
        done = subprocess.run([self.program("readings"), store], check=True, stdout=subprocess.PIPE, text=True)
        rows = (line.split() for line in done.stdout.splitlines())
        return [(*map(int, row[:5]), row[5]) for row in rows]


def free_port():
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port):
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def nginx_conf(plain, tls, certificates, behind):
    user = "user root root;" if os.geteuid() == 0 else ""
    websocket = "" if not behind else f"""
        location /ws {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }}"""
    temporary = "".join(f"{kind}_temp_path tmp; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""{user}
worker_processes 1;
daemon off;
pid nginx.pid;
error_log nginx.log;
events {{ worker_connections 8192; }}
http {{
    {temporary}
    access_log off;
    keepalive_requests 100000000;
    ssl_session_tickets off;
    server {{
        listen 127.0.0.1:{plain} backlog=4096;
        listen 127.0.0.1:{tls} ssl backlog=4096;
        ssl_certificate {certificates}/leaf.pem;
        ssl_certificate_key {certificates}/leaf.key;
        default_type application/json;
        location / {{ return 200 '{{"status":"ok"}}'; }}
        location /broken {{ return 503 '{{"status":"down"}}'; }}{websocket}
    }}
}}
"""


def mixed_delays(count):
    """µs: 90 % take 20 ms, 9 % 200 ms and 1 % 1 s, in an order that is the same every time."""
    slow, middling = max(1, count // 100), count * 9 // 100
    delays = [1000000] * slow + [200000] * middling + [20000] * (count - slow - middling)
    random.Random(488).shuffle(delays)
    return delays
