#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench.py [--smoke] [--build DIR] [--callgrind] [--undisturbed] [NAME...]: the benches, each against a floor of its own.

Floor and ours are whole processes on the same core, against the same server on another, in turn, round after round; a
ratio is one of medians. `--smoke` runs each once over a few endpoints and looks at no figure.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from ground import ROOT, Ground, median, mixed_delays  # noqa: E402
from grown import count as stored, grow  # noqa: E402

ROWS = []
JUDGED = True  # a smoke run's figures mean nothing


def row(name, what, floor, ours, ratio=None, aim=None, note=""):
    """One line of the table; `aim`: the most that `ratio`, or `ours` where there is none, may be."""
    value = ratio if ratio is not None else ours
    met = "" if aim is None or not JUDGED else ("yes" if value is not None and value <= aim else "NO")
    ROWS.append({"bench": name, "what": what, "floor": floor, "ours": ours, "ratio": ratio, "aim": aim, "met": met,
                 "note": note})
    show = lambda number: "" if number is None else f"{number:,.2f}" if number < 100 else f"{number:,.0f}"  # noqa: E731
    print(f"{name:18} {what:24} {show(floor):>10} {show(ours):>10} {show(ratio):>7} {show(aim):>6} {met:4} {note}", flush=True)


def in_turn(ground, floor, ours, beside=None):
    """Rounds of floor, ours and what stands beside them; each is a function that runs one."""
    runs = {"floor": [], "ours": [], "beside": []}
    for _ in range(ground.rounds):
        runs["floor"].append(floor())
        runs["ours"].append(ours())
        if beside:
            runs["beside"].append(beside())
    return runs


def put_ratios(name, runs, aim, note="", beside_is="curl", beside_note="curl --parallel, which records nothing"):
    for field, what in (("wall_ms", "wall, ms"), ("cpu_ms", "CPU, ms")):
        floor, ours = median(runs["floor"], field), median(runs["ours"], field)
        row(name, what, floor, ours, ours / floor, aim, note)
        if runs["beside"]:
            beside = median(runs["beside"], field)
            row(name, f"{what}, {beside_is}", floor, beside, beside / floor, None, beside_note)


def endoscope(ground, config, store, statuses=(0,)):
    return lambda: ground.measure([ground.program("endoscope"), "run", "--config", config, "--store", ground.fresh(store)],
                                  statuses)


def floor_http(ground, urls, options):
    return lambda: ground.measure([ground.program("floor_http"), *options, ground.fresh("floor.db"), urls])


def curl_parallel(ground, urls, ca, reuse):
    path = ground.folder / "curl.conf"
    path.write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
    options = ["--cacert", ca] if ca else []
    # curl has no other way to be told
    options += [] if reuse else ["--header", "Connection: close"]
    return lambda: ground.measure(["curl", "-q", "-s", "--parallel", "--parallel-max", "64", *options, "--config", path])


def http(ground, name, tls, reuse, host="127.0.0.1", aim=None, callgrind=False):
    ports = ground.nginx()
    count = ground.count(10000)
    scheme = "https" if tls else "http"
    urls = [f"{scheme}://{host}:{ports[tls]}/e{i:05}" for i in range(count)]
    ca = str(ground.certificates() / "ca.pem") if tls else None
    keys = {"reuse": "true"} if reuse else {}
    options = (["-r"] if reuse else []) + (["-a", ca] if ca else [])
    config = ground.config(urls, ca, **keys)
    listed = ground.urls(urls)
    runs = in_turn(ground, floor_http(ground, listed, options), endoscope(ground, config, "ours.db"),
                   curl_parallel(ground, urls, ca, reuse))
    put_ratios(name, runs, aim)
    if callgrind:
        few = urls[:2000]
        floor = ground.instructions([ground.program("floor_http"), *options, ground.fresh("floor.db"), ground.urls(few)])
        ours = ground.instructions([ground.program("endoscope"), "run", "--config", ground.config(few, ca, **keys),
                                    "--store", ground.fresh("ours.db")])
        row(name, "1000 instructions a probe", floor / len(few) / 1000, ours / len(few) / 1000, ours / floor, None,
            f"callgrind, {len(few)} endpoints")


def http_plain_fresh(ground, arguments):
    http(ground, "http-plain-fresh", False, False, callgrind=arguments.callgrind)


def http_tls_fresh(ground, arguments):
    http(ground, "http-tls-fresh", True, False, aim=1.15, callgrind=arguments.callgrind)


def http_plain_reuse(ground, arguments):
    http(ground, "http-plain-reuse", False, True, aim=1.3, callgrind=arguments.callgrind)


def http_tls_reuse(ground, arguments):
    http(ground, "http-tls-reuse", True, True, aim=1.3, callgrind=arguments.callgrind)


def http_named(ground, arguments):
    http(ground, "http-named", False, False, host="localhost", callgrind=arguments.callgrind)


def tls_bundle(ground, arguments):
    """Ours with the system's bundle of authorities (and the bench's own in it) against ours with one authority."""
    del arguments
    port = ground.nginx()[1]
    urls = [f"https://127.0.0.1:{port}/e{i:05}" for i in range(ground.count(10000))]
    one = ground.certificates() / "ca.pem"
    bundle = ground.folder / "bundle.pem"
    system = Path("/etc/ssl/certs/ca-certificates.crt")
    bundle.write_bytes((system.read_bytes() if system.exists() else b"") + one.read_bytes())
    configs = []
    for ca in (one, bundle):
        configs.append(ground.config(urls, ca).rename(ground.folder / f"{ca.stem}.yaml"))
    runs = in_turn(ground, endoscope(ground, configs[0], "one.db"), endoscope(ground, configs[1], "bundle.db"))
    put_ratios("tls-bundle", runs, 1.2, "floor: ours with one authority")


def websocket(ground, name, tls):
    behind, _ = ground.bench_server()
    port = ground.nginx(behind)[1] if tls else behind
    ca = str(ground.certificates() / "ca.pem") if tls else None
    paths = [f"127.0.0.1:{port}/ws/{i:05}" for i in range(ground.count(500))]
    listed = ground.urls([f"http{'s' if tls else ''}://{path}" for path in paths])
    addresses = [f"ws{'s' if tls else ''}://{path}" for path in paths]
    worker = ground.config(addresses, ca).rename(ground.folder / "worker.yaml")
    # libwebsockets keeps the headers of an upgrade to itself, so one that is expected is asked for by the wire
    wire = ground.config(addresses, ca, expect="{ header: { Upgrade: websocket } }")
    options = ["-a", ca] if ca else []
    floor = lambda: ground.measure([ground.program("floor_websocket"), *options, ground.fresh("floor.db"), listed])  # noqa: E731
    runs = in_turn(ground, floor, endoscope(ground, wire, "ours.db"), endoscope(ground, worker, "worker.db"))
    put_ratios(name, runs, 1.3, "by the wire", "worker", "by libwebsockets' worker")


def websocket_plain(ground, arguments):
    del arguments
    websocket(ground, "websocket-plain", False)


def websocket_tls(ground, arguments):
    del arguments
    websocket(ground, "websocket-tls", True)


def memory(ground, arguments):
    """Peak memory of a run, what 10,000 further endpoints add, and the bytes of a probe beside its evidence."""
    del arguments
    ports = ground.nginx()
    peaks = {}
    for tls in (False, True):
        ca = ground.certificates() / "ca.pem" if tls else None
        for count in (ground.count(10000), 2 * ground.count(10000)):
            urls = [f"http{'s' if tls else ''}://127.0.0.1:{ports[tls]}/e{i:05}" for i in range(count)]
            store = ground.folder / "ours.db"
            peaks[tls, count] = endoscope(ground, ground.config(urls, ca), "ours.db")().peak_mib
            if not tls and count == ground.count(10000):
                put_bytes(store, count)
    once = ground.count(10000)
    row("memory", "peak, plain, MiB", None, peaks[False, once], None, 24)
    row("memory", "peak, TLS, MiB", None, peaks[True, once], None, 32)
    row("memory", "plain, 10,000 more, MiB", None, peaks[False, 2 * once] - peaks[False, once], None, 4)
    row("memory", "TLS, 10,000 more, MiB", None, peaks[True, 2 * once] - peaks[True, once], None, 4)


def put_bytes(store, count):
    db = sqlite3.connect(store)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sizes = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    db.close()
    evidence = sum(size for name, size in sizes.items() if "evidence" in name)
    row("memory", "a probe's row, bytes", None, sizes["probe"] / count, None, 64, "pages of the table")
    row("memory", "a probe's evidence, bytes", None, evidence / count, None, None, "pages, first night")


def wall(ground, arguments):
    """Endpoints of which nearly all are quick and a few slow: does anything of ours wait that need not?"""
    del arguments
    port, _ = ground.bench_server()
    delays = mixed_delays(ground.count(1000))
    urls = [f"http://127.0.0.1:{port}/delay/{us}/e{i}" for i, us in enumerate(delays)]
    runs = in_turn(ground, floor_http(ground, ground.urls(urls), []), endoscope(ground, ground.config(urls), "ours.db"))
    floor, ours = median(runs["floor"], "wall_ms"), median(runs["ours"], "wall_ms")
    row("wall", "wall, ms", floor, ours, ours / floor, 1.05, f"{len(urls)} endpoints, 64 at once")


def one(ground, arguments):
    """One endpoint, recorded, as a whole process: into a new store, and into one that is there."""
    del arguments
    port = ground.nginx()[0]
    config = ground.config([f"http://127.0.0.1:{port}/"])
    command = [ground.program("endoscope"), "run", "--config", config, "--store"]
    times = 1 if ground.smoke else 25
    new = [ground.measure([*command, ground.fresh("new.db")]) for _ in range(times)]
    kept = ground.fresh("kept.db")
    ground.measure([*command, kept])
    again = [ground.measure([*command, kept]) for _ in range(times)]
    row("one", "new store, wall, ms", None, median(new, "wall_ms"), None, 25)
    row("one", "kept store, wall, ms", None, median(again, "wall_ms"), None, 25)


def accuracy(ground, arguments):
    """With 1,000 in flight, our latency against what the server's own clock says it took."""
    del arguments
    ground.undisturbed = True
    port, server = ground.bench_server()
    count = ground.count(4000)
    generator = random.Random(488)
    urls = [f"http://127.0.0.1:{port}/delay/{generator.randrange(100000, 900000)}/e{i}" for i in range(count)]
    store = ground.folder / "ours.db"
    endoscope(ground, ground.config(urls, concurrency=1000), "ours.db")()
    served = ground.served(server)
    readings = ground.readings(store)
    errors = [(first - served[url_target(urls[at])], served[url_target(urls[at])], lag)
              for at, status, first, _, lag, _ in readings if status == 200]
    if len(errors) != count:
        raise RuntimeError(f"{count - len(errors)} of {count} probes failed")
    off = [abs(error) for error, _, _ in errors]
    allowed = lambda truth: max(1000, truth * 0.02)  # noqa: E731
    beyond = [(abs(error), lag) for error, truth, lag in errors if abs(error) > allowed(truth)]
    # What lies beyond is said by the probe, when its lag explains all but what is within.
    said = sum(1 for error, lag in beyond if lag >= error - 1000)
    row("accuracy", "error / allowed, median", None, statistics.median(abs(error) / allowed(truth) for error, truth, _ in errors),
        None, 1, "1,000 in flight, known delays; allowed: 1 ms or 2 %")
    row("accuracy", "error, median, ms", None, statistics.median(off) / 1000, None, None)
    row("accuracy", "error, 99 %, ms", None, sorted(off)[len(off) * 99 // 100] / 1000, None, None)
    row("accuracy", "beyond what is allowed", None, len(beyond), None, None, f"of {count} probes; {said} of them say so")
    row("accuracy", "... and not said", None, len(beyond) - said, None, 0)
    row("accuracy", "loop lag, median, ms", None, statistics.median(lag for _, _, lag in errors) / 1000, None, None)


def url_target(url):
    return "/" + url.split("/", 3)[3]


def diagnosis(ground, arguments):
    """10,000 endpoints, of which one in ten answers 503: what the failures, their experiments and their causes cost."""
    del arguments
    port = ground.nginx()[0]
    count = ground.count(10000)
    paths = ["broken" if i % 10 == 3 else "e" for i in range(count)]
    urls = [f"http://127.0.0.1:{port}/{path}/{i:05}" for i, path in enumerate(paths)]
    for experiments in (False, True):
        config = ground.config(urls, experiments=experiments)
        taken = endoscope(ground, config, "ours.db", (1,))()
        asked = len(ground.readings(ground.folder / "ours.db"))
        what = "with" if experiments else "without"
        row("diagnosis", f"{what} experiments, CPU ms", None, taken.cpu_ms, None, None, f"{asked} probes")
        row("diagnosis", "... peak, MiB", None, taken.peak_mib, None, None)
    command = [ground.program("endoscope"), "report", "--config", config, "--store", ground.folder / "ours.db"]
    again = ground.measure([*command, "--output", ground.folder / "report.md"])
    row("diagnosis", "report, CPU ms", None, again.cpu_ms, None, None, f"{again.peak_mib:.0f} MiB at the peak")


def store_of(ground, path, count, runs, attempts):
    """A store whose newest run is real, over `count` endpoints with so many attempts, and `runs` such runs before it."""
    port = ground.nginx()[0]
    config = ground.config([f"http://127.0.0.1:{port}/e{i:05}" for i in range(count)], attempts=attempts, interval="1ms")
    ground.measure([ground.program("endoscope"), "run", "--config", config, "--store", path])
    grow(path, runs)
    return config


def read_like(ground, path, sql):
    """The same rows, read and printed one by one by the sqlite3 shell."""
    return lambda: ground.measure(["sqlite3", "-readonly", path, sql])


def put_query(ground, what, ours, shell, aim):
    runs = in_turn(ground, shell, ours)
    floor, taken = median(runs["floor"], "wall_ms"), median(runs["ours"], "wall_ms")
    row("compare", f"{what}, wall ms", floor, taken, taken / floor, None, "floor: sqlite3 shell")
    row("compare", "... CPU ms", median(runs["floor"], "cpu_ms"), median(runs["ours"], "cpu_ms"), None, aim)
    row("compare", "... peak, MiB", median(runs["floor"], "peak_mib"), median(runs["ours"], "peak_mib"))


def put_verb(ground, what, command, statuses, times=3):
    taken = [ground.measure(command, statuses) for _ in range(1 if ground.smoke else times)]
    row("compare", f"{what}, wall ms", None, median(taken, "wall_ms"))
    row("compare", "... CPU ms", None, median(taken, "cpu_ms"))
    row("compare", "... peak, MiB", None, median(taken, "peak_mib"))


def compare(ground, arguments):
    """What comparison and history read, in stores of 1 and of 10 million probes: does it grow with what is not asked for?"""
    del arguments
    columns = "endpoint, ordinal, candidate, question, attempt, started, outcome, status, total_us, failure, hex(varying)"
    newest = "SELECT id FROM run ORDER BY started DESC, uuid DESC LIMIT"
    count = ground.count(10000)
    results, binary = ground.program("results"), ground.program("endoscope")
    for runs, attempts, name in ((100, 1, "1 M"), (1000, 1, "10 M"), (99, 10, "10 M, 10 tries")):
        path = ground.fresh("grown.db")
        config = store_of(ground, path, count, 2 + runs // 300 if ground.smoke else runs, attempts)
        probes = stored(path)
        note = f"{probes:,} probes"
        row("compare", f"{name}: bytes a probe", None, path.stat().st_size / probes, note=note)
        put_query(ground, f"{name}: 2 runs", lambda: ground.measure([results, "compare", path]),
                  read_like(ground, path, f"SELECT {columns} FROM probe WHERE run IN ({newest} 2)"), 20 if attempts == 1 else None)
        put_query(ground, f"{name}: last 100 of one", lambda: ground.measure([results, "endpoint", path, 33, 100]),
                  read_like(ground, path, f"SELECT {columns} FROM probe WHERE run IN ({newest} 100) AND endpoint = 33"), 10)
        store = ["--config", config, "--store", path]
        put_verb(ground, f"{name}: compare previous", [binary, "compare", "previous", *store, "--output", ground.folder / "c.md"], (0, 1))
        if "history" in subprocess.run([binary, "help"], stdout=subprocess.PIPE, text=True, check=False).stdout:
            put_verb(ground, f"{name}: history of one", [binary, "history", "e00033", *store], (0,))
    grown = store_of(ground, ground.fresh("grown.db"), count, 12 if ground.smoke else 1000, 1)
    before = stored(path)
    put_verb(ground, "10 M: db prune", [binary, "db", "prune", "--keep", "1d", "--config", grown, "--store", path], (0,), 1)
    row("compare", "... probes left", None, stored(path), note=f"of {before:,}")
    ground.measure([binary, "db", "check", "--store", path])


def report(ground, arguments):
    """From the store to Markdown, and to HTML, against cmark-gfm alone on the same Markdown."""
    del arguments
    port = ground.nginx()[0]
    for whole in (1000, 10000, 100000):
        count = ground.count(whole)
        config = ground.config([f"http://127.0.0.1:{port}/e{i:06}" for i in range(count)])
        endoscope(ground, config, "ours.db")()
        command = [ground.program("endoscope"), "report", "--config", config, "--store", ground.folder / "ours.db", "--output"]
        markdown = ground.measure([*command, ground.folder / "report.md"])
        row("report", f"{count:,} endpoints, Markdown, CPU ms", None, markdown.cpu_ms, None, None,
            f"{markdown.peak_mib:.0f} MiB at the peak, {(ground.folder / 'report.md').stat().st_size / 1e6:.1f} MB")
        page = ground.measure([*command, ground.folder / "report.html"])
        alone = ground.measure([shutil.which("cmark-gfm"), "-e", "table", ground.folder / "report.md"])
        row("report", "... HTML, CPU ms", alone.cpu_ms, page.cpu_ms - markdown.cpu_ms, (page.cpu_ms - markdown.cpu_ms) / alone.cpu_ms,
            1.5, "what HTML adds to Markdown, against cmark-gfm on the same Markdown")
        row("report", "... HTML, peak MiB", alone.peak_mib, page.peak_mib, None, 64)
        (ground.folder / "report.html").unlink()


BENCHES = {
    "http-plain-fresh": http_plain_fresh,
    "http-tls-fresh": http_tls_fresh,
    "http-plain-reuse": http_plain_reuse,
    "http-tls-reuse": http_tls_reuse,
    "http-named": http_named,
    "tls-bundle": tls_bundle,
    "websocket-plain": websocket_plain,
    "websocket-tls": websocket_tls,
    "memory": memory,
    "wall": wall,
    "one": one,
    "accuracy": accuracy,
    "diagnosis": diagnosis,
    "report": report,
    "compare": compare,
}
LONG = {"compare"}  # minutes and gigabytes: only when named


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    versions = subprocess.run(["curl", "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout.split("\n")[0]
    return f"{os.cpu_count()} cores, {model}, kernel {platform.release()}; {' '.join(versions.split()[:4])}; load {os.getloadavg()[0]:.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="each once, over a few endpoints")
    parser.add_argument("--build", default=str(ROOT / "build" / "release"), help="the build to measure")
    parser.add_argument("--callgrind", action="store_true", help="count instructions, too")
    parser.add_argument("--undisturbed", action="store_true", help="before all other processes (a busy machine; as root)")
    parser.add_argument("--json", help="write the table there as well")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    arguments = parser.parse_args()
    globals()["JUDGED"] = not arguments.smoke
    unknown = [name for name in arguments.names if name not in BENCHES]
    if unknown:
        parser.error(f"there is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers go, too
    print(machine())
    print(f"{'bench':18} {'what':24} {'floor':>10} {'ours':>10} {'ratio':>7} {'aim':>6} met")
    for name in arguments.names or (name for name in BENCHES if name not in LONG):
        with Ground(arguments.build, arguments.smoke, arguments.undisturbed) as ground:
            BENCHES[name](ground, arguments)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({"machine": machine(), "rows": ROWS}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
