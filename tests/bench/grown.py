# SPDX-License-Identifier: MIT
"""A store with the nights of years in it: one real run, and then its rows again and again, with other times and outcomes."""

import sqlite3

HOUR_US = 3600 * 1000000


def grow(path, runs):
    """Adds `runs` older runs, one an hour, like the store's first. Every twelve hours a hundredth of the endpoints breaks, or
    is mended."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous = OFF")
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT OR IGNORE INTO failure (layer, code) VALUES (4, 'http-status')")
    failure = db.execute("SELECT id FROM failure WHERE layer = 4 AND code = 'http-status'").fetchone()[0]
    first, started = db.execute("SELECT id, started FROM run ORDER BY id LIMIT 1").fetchone()
    highest = db.execute("SELECT max(id) FROM run").fetchone()[0]
    for at in range(1, runs + 1):
        number, when = highest + at, started - (runs + 1 - at) * HOUR_US
        uuid = (when // 1000).to_bytes(6, "big") + b"\x70" + at.to_bytes(9, "big")
        db.execute("BEGIN")
        db.execute(
            "INSERT INTO run (id, uuid, suite, environment, vantage, labels, config, started, ended, state, offset_s, zone,"
            " whole, planned, tool, rules, findings, last_ordinal, last_ended)"
            " SELECT ?1, ?2, suite, environment, vantage, labels, config, ?3, ?3 + ended - started, state, offset_s, zone,"
            " whole, planned, tool, rules, findings, last_ordinal, ?3 + last_ended - started FROM run WHERE id = ?4",
            (number, uuid, when, first))
        db.execute(
            "INSERT INTO probe SELECT ?1, endpoint, ordinal, candidate, question, attempt, started, "
            "CASE WHEN ?2 AND endpoint % 100 = 0 THEN 1 ELSE outcome END, "
            "CASE WHEN ?2 AND endpoint % 100 = 0 THEN ?3 ELSE failure END, "
            "status, total_us + (?1 * 31 + endpoint * 17) % 5000, exchange, judgements, chain, body, messages, varying "
            "FROM probe WHERE run = ?4 ORDER BY endpoint, ordinal",
            (number, at // 12 % 2, failure, first))
        db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def count(path):
    db = sqlite3.connect(path)
    probes = db.execute("SELECT count(*) FROM probe").fetchone()[0]
    db.close()
    return probes
