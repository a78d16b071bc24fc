# shellcheck shell=bash
# For a scenario with more cases than one run has experiments for: groups of them. Source it behind lab.sh.

# lab_server NAME COMMAND...: a server of one's own that says READY=1, and before that its ports as NAME=NUMBER, which
# are variables from then on.
lab_server() {
    lab_background "$@"
    wait_for 20 grep -q '^READY=1$' "$WORK/$1/$1.log"
    # shellcheck source=/dev/null
    . <(grep -E '^[A-Z0-9_]+=[0-9]+$' "$WORK/$1/$1.log")
}

# lab_group NAME: runs the cases so far, in a directory of their own, and begins anew.
lab_group() {
    mkdir "$WORK/$1"
    cd "$WORK/$1"
    lab_run "$1"
    cd "$WORK"
    LAB_CASES=()
}
