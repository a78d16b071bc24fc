#!/usr/bin/env bash
# Two nights on a real Redmine: one note that is updated, one more when it was fixed, the page attached, nothing doubled.
# Needs root, for Redmine runs as its own user; script/test-redmine installs it.
. "$(dirname "$0")/../e2e/lib.sh"
. "$ROOT/tests/servers/common.sh"

# Debian's bundler is patched, a newer one from an update is not, and finds no gem.
export BUNDLER_VERSION=2.3.15 RAILS_ENV=production REDMINE_INSTANCE=default
HOME_OF_REDMINE=/usr/share/redmine
database=/var/lib/dbconfig-common/sqlite3/redmine/instances/default/redmine_default
[[ -r $database ]] || fail 'there is no Redmine here: script/test-redmine installs it'

# A database of its own, in a folder that Redmine's user reads.
chmod 755 "$WORK"
mkdir redmine
cp "$database" redmine/database.sqlite3
chown -R www-data redmine
export DATABASE_URL=sqlite3:$WORK/redmine/database.sqlite3
as_redmine() {
    (cd "$HOME_OF_REDMINE" && exec setpriv --reuid=www-data --regid=www-data --init-groups "$@")
}

puma=
end_redmine() {
    [[ -z $puma ]] || kill "$puma" 2>/dev/null || true
    finish
}
trap end_redmine EXIT

start_redmine() {
    local port
    port=$(free_ports 1)
    at=http://127.0.0.1:$port
    as_redmine puma -e production -w 0 -t 1:1 -b "tcp://127.0.0.1:$port" config.ru >puma.log 2>&1 &
    puma=$!
    wait_for 90 curl -sf -o /dev/null -H "X-Redmine-API-Key: $REDMINE_KEY" "$at/users/current.json"
}

# redmine PATH: as JSON in the file `said`.
redmine() {
    curl -sSf -H "X-Redmine-API-Key: $REDMINE_KEY" "$at$1" >said
}
notes='[j for j in it["issue"]["journals"] if j["notes"]]'
expect_ticket() {
    redmine "/issues/$issue.json?include=journals,attachments"
    expect_json said "$@"
}
# Waits out the night's pace between two writes.
publish() {
    local status=$1
    shift
    expect_status "$status" "$ENDOSCOPE" publish --store store "$@"
    expect_not_contains stdout "$REDMINE_KEY"
    expect_not_contains stderr "$REDMINE_KEY"
}

TEXT_FORMATTING=${TEXT_FORMATTING:-textile} as_redmine bundle exec rails runner -e production \
    "$ROOT/tests/redmine/seed.rb" >seed.json 2>seed.log || { show seed.log; fail 'Redmine does not take the seed'; }
REDMINE_KEY=$(json seed.json 'it["bot"]')
issue=$(json seed.json 'it["issue"]')
export REDMINE_KEY
start_redmine

cp "$ROOT/tests/golden/recorded/incident.store" store
expect_status 0 "$ENDOSCOPE" report previous --store store --json
before=$(json stdout 'it["run"]["id"]')
expect_status 0 "$ENDOSCOPE" report latest --store store --json
after=$(json stdout 'it["run"]["id"]')
# shellcheck disable=SC2016 # the config's own variable
cat >endoscope.yaml <<YAML
suite: chat-staging
environment: GCP staging (local replica)
endpoints:
  - { name: chat socket, url: "wss://api.staging.example.com/ws" }
trackers:
  rm: { kind: redmine, url: "$at", token: "\${REDMINE_KEY}", format: ${TEXT_FORMATTING:-textile} }
tickets:
  - { id: "$issue", tracker: rm, endpoints: [chat socket], title: Chat is broken, on_fixed: { nights: 1, close: true } }
YAML

# A dry run asks, and changes nothing.
publish 0 "$before" --dry-run
expect_ticket "$notes == []" 'it["issue"]["attachments"] == []'

# The first night: one note, one page, and the page is the report.
publish 0 "$before"
expect_ticket "len($notes) == 1" "${notes}[0]['user']['name'] == 'Nightly Bot'" 'len(it["issue"]["attachments"]) == 1' \
    'it["issue"]["attachments"][0]["content_type"] == "text/html"'
first=$(json said "${notes}[0]['id']")
curl -sSf -H "X-Redmine-API-Key: $REDMINE_KEY" "$(json said 'it["issue"]["attachments"][0]["content_url"]')" >page.html
expect_contains page.html '<!doctype html>' 'chat socket' '</html>'
expect_equal "$(json said 'it["issue"]["attachments"][0]["filesize"]')" "$(stat -c %s page.html)"

# Again, also with our own books lost: not one write.
publish 0 "$before"
expect_contains stdout 'unchanged'
rm -f store.queue
publish 0 "$before"
expect_ticket "len($notes) == 1" 'len(it["issue"]["attachments"]) == 1'

# The second night is fixed: the same note, a second one that tells it, the ticket closed.
publish 0 "$after"
closes=True
if [[ ${WORKFLOW-} == none ]]; then
    closes=False
    cat stdout stderr >said.all
    expect_contains said.all 'left the ticket open'
fi
expect_ticket "len($notes) == 2" "${notes}[0]['id'] == $first" "'Fixed: ' in ${notes}[1]['notes']" \
    "it['issue']['status']['is_closed'] == $closes" 'len(it["issue"]["attachments"]) == 2'
publish 0 "$after"
expect_ticket "len($notes) == 2"

# What a reader sees: no marker of ours, nothing that a server said as markup.
token=$(curl -sSf -c cookies "$at/login" | sed -n 's/.*name="authenticity_token" value="\([^"]*\)".*/\1/p' | head -n 1)
curl -sSf -b cookies -c cookies -o login.html "$at/login" --data-urlencode "authenticity_token=$token" \
    -d username=nightly -d password=nightly-bot-pw
curl -sSf -b cookies "$at/issues/$issue" >ticket.html
expect_contains ticket.html 'chat socket' 'Fixed: 1 of 1 endpoint works' "attachments/1"
expect_not_contains ticket.html '&lt;!--' '[//]'

# A key that is none, and a ticket that is none: a sentence each.
REDMINE_KEY=0000000000000000000000000000000000000000 expect_status 3 "$ENDOSCOPE" publish --store store "$after"
expect_contains stderr "ticket $issue on rm"
sed -i "s/id: \"$issue\"/id: \"99999\"/" endoscope.yaml
publish 3 "$after"
expect_contains stderr 'ticket 99999 on rm'
echo "Redmine: everything as it should be"
