#!/usr/bin/env bash
# Where runs are kept, and that what `run` says next works from where one stands.
. "$(dirname "$0")/lib.sh"
start_server raw
bad="http://127.0.0.1:$RAW_PORT/status/503"

# follow_hint: does what the last line of `stdout` says, with this binary.
follow_hint() {
    local hint
    hint=$(sed -n 's/^The report: endoscope //p' stdout)
    [[ $hint ]] || fail 'there is no hint'
    # As a shell would read it.
    eval "\"\$ENDOSCOPE\" $hint" >report.md || fail "the hint does not work: $hint"
    expect_contains report.md "$1"
}

# No config here: the state folder, its owner's alone.
mkdir bare && cd bare
expect_status 1 "$ENDOSCOPE" run "$bad"
follow_hint '/status/503'
expect_equal "$(stat -c %a "$WORK/state/endoscope" "$WORK/state/endoscope/endoscope.db" | tr '\n' ' ')" '700 600 '
[[ ! -e endoscope.db ]] || fail 'run URL left a store in the working folder'
# Without XDG_STATE_HOME, where the specification says.
(unset XDG_STATE_HOME && expect_status 1 "$ENDOSCOPE" run "$bad" && follow_hint '/status/503')
[[ -f $WORK/.local/state/endoscope/endoscope.db ]] || fail 'no store in ~/.local/state'
(unset XDG_STATE_HOME HOME && expect_status 3 "$ENDOSCOPE" run "$bad" && expect_contains stderr '--store')

# A config beside it does not hide a run of URLs.
cd "$WORK" && mkdir -p 'a config' && cd 'a config'
cat >endoscope.yaml <<YAML
suite: placed
defaults: { attempts: 1 }
endpoints:
  - { name: the one, url: "$bad" }
YAML
expect_status 1 "$ENDOSCOPE" run "$bad"
follow_hint '/status/503'

# The store is beside the config, wherever one stands, also with a blank in the path.
cd "$WORK/bare"
expect_status 1 "$ENDOSCOPE" run --config '../a config/endoscope.yaml'
follow_hint 'the one'
[[ -f "$WORK/a config/endoscope.db" ]] || fail 'the store is not beside the config'
cd "$WORK/a config"
expect_status 0 "$ENDOSCOPE" report
expect_contains stdout 'the one'

# `store:` is relative to the config, `--store` to the working folder.
mkdir kept
sed -i '1i store: kept/nights.db' endoscope.yaml
cd "$WORK/bare"
expect_status 1 "$ENDOSCOPE" run --config '../a config/endoscope.yaml'
[[ -f "$WORK/a config/kept/nights.db" ]] || fail 'store: is not relative to the config'
expect_status 1 "$ENDOSCOPE" run --config '../a config/endoscope.yaml' --store here.db
[[ -f here.db ]] || fail '--store is not relative to the working folder'
follow_hint 'the one'

# A report is no store, and no link becomes a file.
cp here.db copy.db
expect_status 2 "$ENDOSCOPE" report --store here.db --output here.db
cmp here.db copy.db
ln -s real.md link.md
: >real.md
expect_status 0 "$ENDOSCOPE" report --store here.db --output link.md
[[ -L link.md ]] || fail 'the link became a file'
expect_contains real.md 'the one'

# Nothing empty is a place, and a config goes with no URLs.
expect_status 2 "$ENDOSCOPE" run --store '' "$bad"
expect_contains stderr '--store is empty'
expect_status 2 "$ENDOSCOPE" run --config '../a config/endoscope.yaml' "$bad"
expect_contains stderr '--only'
