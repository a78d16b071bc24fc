# shellcheck shell=bash
# folders.sh - folders of reports as nights leave them, only older: source it behind lib.sh.

# old_folder MADE DAYS [FILTER]: beside the folder MADE, one like it that is so many days older; prints its name. What its mark says
# (`it`) and its `name` go through the Python FILTER.
old_folder() {
    /usr/bin/python3 -ES - "$1" "$2" "${3-}" <<'PY'
import datetime, json, os, shutil, sys, uuid
made, days, change = sys.argv[1], int(sys.argv[2]), sys.argv[3]
it = json.load(open(made + "/.endoscope-night"))
it["started_us"] -= days * 86400 * 10**6
it["run"] = str(uuid.uuid4())
when = datetime.datetime.fromtimestamp(it["started_us"] // 10**6 + it["offset_s"], datetime.timezone.utc)
name = when.strftime("%Y-%m-%d_%H%M_") + it["run"][:13]
exec(change)
there = os.path.join(os.path.dirname(made), name)
shutil.copytree(made, there)
json.dump(it, open(there + "/.endoscope-night", "w"))
print(name)
PY
}
