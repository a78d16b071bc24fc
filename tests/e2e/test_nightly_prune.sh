#!/usr/bin/env bash
# Old folders of reports go, and nothing else: neither what has no mark, nor what somebody put something into, nor what a link
# leads to, nor another suite's. A dry run says what would go.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/folders.sh"
start_server raw
cat >endoscope.yaml <<YAML
suite: kept
keep: 30d
timezone: UTC
defaults: { attempts: 1, timeout: 5s }
endpoints:
  - { name: one, url: "http://127.0.0.1:$RAW_PORT/ok" }
YAML
# Somebody who may not remove everything.
user=()
if ((EUID == 0)); then
    user=(setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs)
    chmod 755 "$WORK"
    mkdir home && chown nobody home && cp endoscope.yaml home/ && cd home
fi
run() { # as that user; its output stays ours
    local status=$1
    shift
    expect_status "$status" "${user[@]}" "$ENDOSCOPE" "$@"
}
run 0 nightly
made=reports/$(readlink reports/latest)
[[ -s $made/.endoscope-night ]] || fail 'no mark'
cd reports

old() { old_folder "../$made" "$@"; }
goes=$(old 31)
cut=$(old 400)
rm "$cut/report.md"
: >"$cut/report.html.Ab12Cd" # what a night that was killed left
stays=()
keep() { stays+=("$1"); }
keep "$(old 30)"
keep "$(old 1)"
other=$(old 40 'it["suite"] = "another"')
keep "$other"
keep "$(old 41 'it["vantage"] = "elsewhere"')"
keep "$(old 42 'it["run"] = str(uuid.uuid4())')"
keep "$(old 43 'it["schema"] = "something-else/1"')"
keep "$(old 44 'name = name + "x"')"
keep "$(old 45 'name = "2025-01-01_0000" + name[15:]')"
keep "$(old 46 'it = []')"
keep "$(old 47 'it["started_us"] = "yesterday"')"
keep "$(old 47 'it["started_us"] += 2**62')"
unmarked=$(old 48)
rm "$unmarked/.endoscope-night"
keep "$unmarked"
# Somebody's words, a folder, a link, where reports would be.
mkdir ../outside
echo precious >../outside/precious
noted=$(old 50)
echo mine >"$noted/notes.txt"
keep "$noted"
inner=$(old 51)
rm "$inner/report.md"
mkdir "$inner/report.md"
keep "$inner"
linked=$(old 52)
ln -sf ../../outside/precious "$linked/report.md"
keep "$linked"
marked=$(old 53)
mv "$marked/.endoscope-night" ../outside/mark
ln -s ../../outside/mark "$marked/.endoscope-night"
keep "$marked"
# A whole folder behind a link.
away=$(old 54)
mv "$away" ../outside/
ln -s "../outside/$away" "$away"
keep "$away"
echo '{}' >2024-01-01_0000_01234567-89ab
keep 2024-01-01_0000_01234567-89ab
mkfifo pipe
keep pipe
latest=$(old 60)
keep "$latest"
cd ..
((EUID != 0)) || chown -hR nobody reports outside
all() { find . ! -name before ! -name after ! -name '*.lock' ! -name 'endoscope.db*' ! -name 'std*' -printf '%y %p %l\n' | sort; }

# A dry run names them, and does nothing.
ln -sfn "$latest" reports/latest
all >before
run 0 db prune --reports reports --dry-run
expect_contains stdout "would remove reports/$goes" "would remove reports/$cut"
expect_equal "$(grep -c '^would remove' stdout)" 2
for name in "$noted" "$inner" "$linked"; do
    expect_contains stderr "reports/$name stays: it holds something that no night wrote"
done
expect_equal "$(wc -l <stderr)" 3
run 0 db prune --reports reports --dry-run --json
expect_json stdout "sorted(it['reports']) == sorted(['reports/$goes', 'reports/$cut'])" 'it["done"] is False'
run 0 db prune --reports reports --dry-run --suite another
expect_contains stdout "would remove reports/$other"
expect_equal "$(grep -c '^would remove' stdout)" 1
run 0 db prune --reports nowhere
run 2 db prune --reports reports --keep 3h
all >after
diff before after || fail 'a dry run changed something'

# One that cannot be removed holds up no other; it is said, and made up for.
chmod 500 "reports/$cut"
run 3 db prune --reports reports
expect_contains stderr "cannot remove reports/$cut/"
expect_not_contains <(ls reports) "$goes"
run 3 nightly
expect_contains stderr "cannot remove reports/$cut/"
expect_equal "$(wc -l <stderr)" 1
chmod 700 "reports/$cut"
run 0 nightly --json
expect_json stdout 'it["reports_removed"] == 1' 'it["troubles"] == 0'
# `latest` leads to tonight's by now.
for name in "$goes" "$cut" "$latest"; do
    [[ ! -e reports/$name ]] || fail "$name is still there"
done
for name in "${stays[@]}"; do
    [[ $name == "$latest" || -e reports/$name || -L reports/$name ]] || fail "$name is gone"
done
[[ -s $made/report.md ]] || fail 'the first night is gone'
expect_equal "$(<outside/precious)" precious
[[ -s outside/$away/report.html && -s outside/mark && -s reports/$unmarked/report.html && -s reports/$noted/notes.txt ]] ||
    fail 'something that is not ours is gone'

# Without `keep` nothing goes.
sed -i '/^keep/d' endoscope.yaml
cd reports
goes=$(old 500)
cd ..
run 0 nightly --json
expect_json stdout 'it["reports_removed"] == 0'
[[ -s reports/$goes/report.html ]] || fail "$goes is gone"
