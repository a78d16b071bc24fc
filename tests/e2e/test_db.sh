#!/usr/bin/env bash
# The upkeep of the store: check, backup during a run, export, merge, migrate.
. "$(dirname "$0")/lib.sh"
start_server raw
{
    echo 'suite: kept'
    echo 'defaults: { attempts: 40, interval: 50ms, timeout: 5s }'
    echo 'endpoints:'
    for i in $(seq 10); do
        echo "  - { name: e$i, url: \"http://127.0.0.1:$RAW_PORT/ok?e=$i\" }"
    done
    echo "  - { name: broken, url: \"http://127.0.0.1:$RAW_PORT/status/503\" }"
} >endoscope.yaml

# Backups and exports while a run writes: each is whole, and of one moment.
umask 000
"$ENDOSCOPE" run >out 2>err &
pid=$!
recorded() { [[ -e endoscope.db-wal && $(sqlite3 -readonly endoscope.db 'select count(*) from probe' 2>&1) =~ ^[1-9] ]]; }
wait_for 30 recorded
expect_equal "$(stat -c %a endoscope.db endoscope.db-wal endoscope.db-shm | sort -u)" 600
for i in 1 2 3; do
    expect_status 0 "$ENDOSCOPE" db backup backup.db
    expect_contains stdout 'backup.db is a backup of'
    expect_equal "$(stat -c %a backup.db)" 600
    expect_equal "$(find . -name 'backup.db?*')" ''
    expect_status 0 "$ENDOSCOPE" db check --store backup.db
done
wait "$pid" || true
expect_equal "$(sqlite3 backup.db 'pragma integrity_check')" ok
expect_status 0 "$ENDOSCOPE" db backup backup.db --json
expect_json stdout 'it["backup"] == "backup.db"'
expect_status 0 "$ENDOSCOPE" report --store backup.db --format json
mv stdout of_backup
expect_status 0 "$ENDOSCOPE" report --format json
diff of_backup stdout || fail 'a backup reports something else than its store'

# What a backup does not replace.
echo 'a letter' >letter.txt
expect_status 2 "$ENDOSCOPE" db backup letter.txt
expect_contains stderr 'letter.txt is there and is no store of endoscope'
expect_equal "$(cat letter.txt)" 'a letter'
expect_status 0 "$ENDOSCOPE" db backup letter.txt --force
expect_status 0 "$ENDOSCOPE" db check --store letter.txt
expect_status 2 "$ENDOSCOPE" db backup endoscope.db
expect_contains stderr 'is the store itself'
expect_status 2 "$ENDOSCOPE" db backup .
expect_status 3 "$ENDOSCOPE" db backup nowhere/backup.db
expect_contains stderr 'nowhere/backup.db' 'No such file or directory'
expect_status 2 "$ENDOSCOPE" db backup
expect_status 2 "$ENDOSCOPE" db
expect_status 2 "$ENDOSCOPE" db mend
expect_contains stderr 'check, backup, export, merge, migrate and prune'

# A disk that is full leaves the backup before it.
before=$(sha256sum <backup.db)
status=0
(
    ulimit -f 16
    exec "$ENDOSCOPE" db backup backup.db 2>err
) || status=$?
expect_equal "$status" 3
expect_equal "$(sha256sum <backup.db)" "$before"
expect_equal "$(find . -name 'backup.db?*')" ''

# Every probe is a line of the export, and it is for its owner only.
expect_status 0 "$ENDOSCOPE" db export --output all.jsonl
expect_equal "$(stat -c %a all.jsonl)" 600
python3 - all.jsonl "$(sqlite3 endoscope.db 'select count(*) from probe')" <<'PY' || fail 'the export is not what is stored'
import json, sys
records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
probes = [r for r in records if r["record"] == "probe"]
assert records[0]["record"] == "run" and records[0]["suite"] == "kept", records[0]
assert len(probes) == int(sys.argv[2]) == len(records) - 1
assert sorted(p["ordinal"] for p in probes) == list(range(1, len(probes) + 1))
assert all(p["timings"]["total_us"] > 0 and p["run"] == records[0]["run"] for p in probes)
assert {p["code"] for p in probes if p["outcome"] == "failed" and "question" not in p} == {"http-status"}
assert any("ok" in p.get("body", "") for p in probes)
PY
expect_status 0 "$ENDOSCOPE" db export latest
diff stdout all.jsonl || fail 'one run is another export than all of one'
expect_status 2 "$ENDOSCOPE" db export --output endoscope.db

# Two stores become one, once.
mkdir other
sed 's/suite: kept/suite: other/' endoscope.yaml >other/endoscope.yaml
(cd other && expect_status 1 "$ENDOSCOPE" run --attempts 2)
expect_status 0 "$ENDOSCOPE" db merge other/endoscope.db
expect_contains stdout '1 run with' 'taken over, 0 known'
expect_status 0 "$ENDOSCOPE" db merge other/endoscope.db
expect_contains stdout '0 runs with 0 probes taken over, 1 known already'
expect_status 0 "$ENDOSCOPE" db check --json
expect_json stdout 'it["whole"] and it["damages"] == 0'
expect_status 0 "$ENDOSCOPE" report latest --suite other --format json
mv stdout merged
expect_status 0 "$ENDOSCOPE" report latest --store other/endoscope.db --format json
diff <(grep -v short_id merged) <(grep -v short_id stdout) || fail 'a run that was merged reports something else'
expect_status 3 "$ENDOSCOPE" db merge letter
expect_status 3 "$ENDOSCOPE" db merge all.jsonl
expect_contains stderr 'not a store of endoscope'

# An older store: reports read it as it is, migrate brings it up to date.
cp "$ROOT/tests/golden/recorded/schema-1.store" old.db
expect_status 0 "$ENDOSCOPE" report --store old.db --format json
mv stdout old.json
expect_status 0 "$ENDOSCOPE" db migrate --dry-run --store old.db
expect_contains stdout 'would bring the store from schema 1'
expect_equal "$(sqlite3 old.db 'pragma user_version')" 1
expect_status 0 "$ENDOSCOPE" db migrate --store old.db
expect_contains stdout 'brought the store from schema 1'
expect_status 0 "$ENDOSCOPE" db migrate --store old.db
expect_contains stdout 'up to date'
expect_status 0 "$ENDOSCOPE" report --store old.db --format json
diff old.json stdout || fail 'a store that was migrated reports something else'
sqlite3 old.db 'pragma user_version = 4711' >/dev/null
expect_status 3 "$ENDOSCOPE" db migrate --store old.db
expect_contains stderr 'newer endoscope'
expect_status 2 "$ENDOSCOPE" db migrate --store none.db
[[ ! -e none.db ]] || fail 'migrate made a store'

# Damage is found and named, and status 1.
cp backup.db bad.db
sqlite3 bad.db "update evidence set bytes = x'00' where id = (select exchange from probe limit 1)"
expect_status 1 "$ENDOSCOPE" db check --store bad.db
expect_contains stdout 'is not what was stored' 'run ' 'restore a backup'
cp backup.db bad.db
sqlite3 bad.db 'delete from evidence where id = (select body from probe where body is not null limit 1)'
expect_status 1 "$ENDOSCOPE" db check --store bad.db --json
expect_json stdout 'not it["whole"]' 'any("lead to no row of table evidence" in f for f in it["found"])'
head -c 20480 backup.db >bad.db
expect_status 1 "$ENDOSCOPE" db check --store bad.db
expect_contains stdout 'damaged:'
expect_status 3 "$ENDOSCOPE" db check --store all.jsonl

# A check shows how far it is on a terminal, and takes the line away again.
script -qec "TERM=xterm '$ENDOSCOPE' db check" /dev/null >typescript </dev/null
expect_contains typescript 'the store is whole'
