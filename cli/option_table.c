/* SPDX-License-Identifier: MIT */
#include "cli/option_table.h"

#include "cli/options.h"
#include "cli/verbs.h"

enum { RUN, REPORT, COMPARE, HISTORY, SHOW, VERIFY, PUBLISH, NIGHTLY, CHECK, INIT, EXPLAIN, DB, TEMPLATES, HELP };

const struct verb verbs[] = {
    [RUN] = {"run", "[URL...]", 0, 1000, "probe, record, diagnose",
             "Probes every endpoint of the config, or else the URLs given, without any config. Each probe is recorded "
             "before\n"
             "it is shown. What fails is asked further (paths that cannot exist, candidates, without the token, ...) "
             "until\n"
             "a cause stands or the questions run out. Status 1 when a required endpoint fails.",
             "  endoscope run                                   the whole suite of ./endoscope.yaml\n"
             "  endoscope run --only 'chat socket'              one endpoint\n"
             "  endoscope run --label deploy=4f2c1              with a label that runs can be found by\n"
             "  endoscope run https://example.com/health wss://example.com/chat",
             verb_run},
    [REPORT] = {"report", "[RUN]", 0, 1, "write the report on a run",
                "Reads only the store. RUN is an id or the start of one, `latest` (the default), `previous`,\n"
                "`last-good`, a date or time, or a label; the last two mean the last run over the whole suite that\n"
                "started within it or has it. The format follows the ending of --output.",
                "  endoscope report                                Markdown of the latest run, on the terminal\n"
                "  endoscope report --output report.html           the page to attach to the ticket\n"
                "  endoscope report '3 days ago'                   or 2025-09-11, yesterday, '2025-09-11 02:00'\n"
                "  endoscope report deploy=4f2c1                   the last run with that label\n"
                "  endoscope report 0192f3 --format json\n"
                "  endoscope report --flavor jira                  to paste into a ticket of Jira",
                verb_report},
    [COMPARE] = {"compare", "BEFORE [AFTER]", 1, 2, "the before/after report on two runs",
                 "Says per endpoint what was fixed, regressed or stayed, and per finding whether it is cleared, new, "
                 "remains,\n"
                 "or was not tested again; and what became slower or faster. AFTER is `latest` when it is left out. "
                 "A..B is a\n"
                 "window of nights: alone it is compared with the equally long one before it. Status 1 when something "
                 "required\n"
                 "regressed.",
                 "  endoscope compare previous\n"
                 "  endoscope compare 2025-09-01..2025-09-07        that week with the one before it\n"
                 "  endoscope compare last-good latest --output comparison.html",
                 verb_compare},
    [HISTORY] = {"history", "[ENDPOINT]", 0, 1, "nights across, endpoints down",
                 "Shows how each endpoint went night by night, how often it passed, since when it fails, when it was "
                 "last good "
                 "and\n"
                 "where its latency shifted: of the last 30 runs, or of those that --since and --until leave. With "
                 "ENDPOINT, only\n"
                 "that one, of the last 100 runs, with a line a night.",
                 "  endoscope history\n"
                 "  endoscope history 'chat socket' --since '30 days ago'\n"
                 "  endoscope history --since 2025-09-01 --output nights.html\n"
                 "  endoscope history --format csv > nights.csv",
                 verb_history},
    [SHOW] =
        {"show", "RUN.PROBE", 1, 1, "one probe's evidence, and the command that repeats it",
         "Prints what was asked and what came of it: timings per layer, headers, body, messages, certificate, and\n"
         "what was expected. Reports cite probes as [p17]: that is `show RUN.17`.",
         "  endoscope show latest.17\n"
         "  endoscope show 0192f3.17 --json",
         verb_show},
    [VERIFY] =
        {"verify", "TICKET", 1, 1, "probe a ticket's endpoints now: fixed or not",
         "Asks the endpoints of the ticket again, the controls that its findings need, and what they named as a\n"
         "replacement; compares with the run that the ticket was diagnosed on (the last one with a finding on them, "
         "or\n"
         "--since), and says: fixed, not fixed, worse, or another cause now. What flaps is asked as often as it "
         "takes\n"
         "to rule chance out, up to 100 times. The run is recorded, and found by its id only. Status 0 when it is\n"
         "fixed, 1 when it is not, or cannot be shown.",
         "  endoscope verify 488\n"
         "  endoscope verify 488 --since 2025-09-11 --output verification.html",
         verb_verify},
    [PUBLISH] =
        {"publish", "[RUN]", 0, 1, "put the report on its tickets",
         "On every ticket of the config that has a tracker: one comment with the report on the ticket's endpoints and "
         "a\n"
         "line a night, updated each time; a new comment only when it was fixed, regressed, or fails for another "
         "cause.\n"
         "What a tracker refuses for now is queued beside the store, and tried again the next time. Status 3 when a\n"
         "ticket could not be brought up to date.",
         "  endoscope publish --dry-run                     what would be sent, where; tokens as names\n"
         "  endoscope publish\n"
         "  endoscope publish 0192f3",
         verb_publish},
    [NIGHTLY] =
        {"nightly", "", 0, 0, "run, report, compare, publish, prune: cron's one line",
         "The whole suite, under a lock: a second one leaves at once. It is compared with the night before, which has "
         "the\n"
         "label by=nightly, whatever was run by hand in between. Reports are written to a folder a night, `latest` "
         "leads\n"
         "to the newest; tickets are brought up to date; runs, and folders of reports that nights left, are pruned "
         "when\n"
         "they are older than `keep` (what would go: `db prune --reports DIR --dry-run`). Prints the news and the "
         "report\n"
         "when something was fixed, regressed, fails in another way or was found anew, and every `remind` while\n"
         "something still fails; else nothing, so that cron mails when there is something to read. A night that was\n"
         "killed is made up for by the next one. Status 1 when something required fails, 3 when a step could not be\n"
         "done; `heartbeat` is asked for when all were.",
         "  17 2 * * *  endoscope nightly --config /etc/endoscope/staging.yaml --max-time 2h\n"
         "  endoscope nightly --reports /var/lib/endoscope/reports --json",
         verb_nightly},
    [CHECK] =
        {"check", "", 0, 0, "validate the config, and say what would be probed",
         "Prints every problem of the config with its place; if there is none, the endpoints that would be probed,\n"
         "which secret goes to which origin, and the variables that have no value yet. Asks nothing of any server.",
         "  endoscope check\n"
         "  endoscope check --config staging.yaml --json",
         verb_check},
    [INIT] = {"init", "[URL...]", 0, 1000, "write a commented endoscope.yaml",
              "Writes a config for the URLs given, with a comment on what each key is for. An existing file is kept\n"
              "unless --force says otherwise.",
              "  endoscope init https://example.com/health wss://example.com/chat\n"
              "  endoscope init --cron --config /etc/endoscope/staging.yaml\n"
              "  endoscope init --systemd                        units for every night",
              verb_init},
    [EXPLAIN] = {"explain", "[CODE]", 0, 1, "what a code means, how it is told apart, how to mend it",
                 "Without a code, lists them all.",
                 "  endoscope explain websocket-wrong-path\n"
                 "  endoscope explain tls-expired",
                 verb_explain},
    [DB] =
        {"db", "check|backup|export|merge|migrate|prune [WORD]", 1, 2, "the upkeep of the store",
         "check          looks at all of it: structure, references, every piece of evidence against its digest. "
         "Status 1\n"
         "               when something is damaged.\n"
         "backup FILE    a copy of the store as it is at one moment, whole or not at all, also during a run. A "
         "backup\n"
         "               that is there is replaced; any other file only with --force.\n"
         "export [RUN]   runs and probes as JSON Lines, oldest first (RUN: only that one, as in `endoscope help "
         "report`).\n"
         "merge FILE     takes over the runs of another store; what is here already is skipped. Redacted values keep\n"
         "               the digits of the other store's key: equal secrets do not look equal across the two.\n"
         "migrate        brings an older store up to date, as the next run would; --dry-run only says what it would "
         "do.\n"
         "prune          of runs older than --keep (or `keep` of the config) leaves whole the first, both sides of "
         "every\n"
         "               change, and the last of each day; folds the others into daily counts and histograms of\n"
         "               latencies, which history goes on with; drops what is partial, and evidence that nothing\n"
         "               refers to; and gives the space back. May be killed, and may run beside a run. What was "
         "pruned\n"
         "               here is not merged again. --reports DIR: the folders that nights left there go by the same "
         "age, if\n"
         "               a night's mark is in them and nothing else than reports; never the one `latest` leads to. "
         "Try it\n"
         "               with --dry-run.",
         "  endoscope db check\n"
         "  endoscope db backup /backup/endoscope.db\n"
         "  endoscope db export latest --output run.jsonl\n"
         "  endoscope db merge ../berlin/endoscope.db\n"
         "  endoscope db prune --keep 90d --dry-run\n"
         "  endoscope db prune --reports /var/lib/endoscope/reports --dry-run",
         verb_db},
    [TEMPLATES] =
        {"templates", "list|export [DIR]", 1, 2, "the words and pages of reports, to be changed",
         "list           the names of those compiled in; with --templates DIR it marks those that DIR has of its "
         "own.\n"
         "export DIR     writes them all into DIR; files that are there stay, unless --force says otherwise.\n"
         "A file in the folder of --templates goes before the one compiled in, file by file: keep only those that "
         "you\n"
         "change. To change one section of report.md alone, inherit from the one compiled in.",
         "  endoscope templates export words\n"
         "  endoscope report --templates words\n"
         "  cat words/report.md                             one section changed, the others as they come\n"
         "    {{<builtin/report.md}}\n"
         "    {{$impact}}\n"
         "    ## What it costs us\n"
         "    {{/impact}}\n"
         "    {{/builtin/report.md}}",
         verb_templates},
    [HELP] = {"help", "[VERB]", 0, 1, "teach a verb", "Prints the options of a verb and examples of its use.",
              "  endoscope help run", verb_help},
    {0},
};

#define BIT(verb) (1U << (verb))
#define SELECTING (BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(SHOW) | BIT(DB))
#define AT(member) offsetof(struct arguments, member)

const struct option options[] = {
    {"config", 'c', "FILE", OPTION_TEXT, AT(config),
     BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(SHOW) | BIT(PUBLISH)
         | BIT(CHECK) | BIT(INIT) | BIT(DB),
     "the config; default endoscope.yaml in this folder"},
    {"store", 0, "PATH", OPTION_TEXT, AT(store),
     BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(SHOW) | BIT(PUBLISH)
         | BIT(DB),
     "the database; default endoscope.db beside the config"},
    {"only", 0, "NAME", OPTION_TEXTS, AT(only), BIT(RUN), "probe just this endpoint; may be repeated"},
    {"label", 'l', "NAME=VALUE", OPTION_LABEL, AT(labels), BIT(NIGHTLY) | BIT(RUN),
     "kept with the run; may be repeated"},
    {"vantage", 0, "NAME", OPTION_TEXT, AT(vantage), BIT(NIGHTLY) | BIT(RUN) | SELECTING,
     "where it is probed from; of recorded runs, only those from there; default as the config says"},
    {"suite", 0, "NAME", OPTION_TEXT, AT(suite), SELECTING, "only runs of this suite; default as the config says"},
    {"environment", 0, "NAME", OPTION_TEXT, AT(environment), SELECTING, "only runs in it; default as the config says"},
    {"utc", 0, NULL, OPTION_FLAG, AT(utc), SELECTING,
     "dates that select a run are UTC's, not the suite's time zone's"},
    {"since", 0, "TIME", OPTION_TEXT, AT(since), BIT(HISTORY) | BIT(VERIFY),
     "history: only runs that started then or later; verify: compare with this run"},
    {"until", 0, "TIME", OPTION_TEXT, AT(until), BIT(HISTORY), "only runs that started then or earlier"},
    {"attempts", 0, "N", OPTION_COUNT, AT(attempts), BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN),
     "attempts on each endpoint, in place of the config's"},
    {"concurrency", 0, "N", OPTION_COUNT, AT(concurrency), BIT(NIGHTLY) | BIT(RUN), "most probes in flight"},
    {"max-time", 0, "TIME", OPTION_DURATION, AT(max_time_us), BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(PUBLISH),
     "end the run after it; what was probed is kept"},
    {"keep", 0, "TIME", OPTION_DURATION, AT(keep_us), BIT(DB),
     "prune what is older, as 90d; default as the config's `keep` says"},
    {"no-experiments", 0, NULL, OPTION_FLAG, AT(no_experiments), BIT(NIGHTLY) | BIT(RUN),
     "ask nothing further after a failure"},
    {"nameserver", 0, "ADDRESS:PORT", OPTION_TEXT, AT(nameserver), BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN),
     "ask this resolver, not the system's"},
    {"format", 'f', "FORMAT", OPTION_TEXT, AT(format), BIT(VERIFY) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY),
     "md, html, json, text, junit, csv or prometheus; default by --output, else md, of history and verify text"},
    {"flavor", 0, "NAME", OPTION_TEXT, AT(flavor), BIT(REPORT) | BIT(COMPARE),
     "Markdown for a ticket, in its dialect and size: github, gitlab, gitea, redmine, redmine-markdown, textile, jira "
     "or plain"},
    {"output", 'o', "PATH", OPTION_TEXT, AT(output),
     BIT(VERIFY) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(INIT) | BIT(DB),
     "write there, whole or not at all; - is stdout"},
    {"templates", 0, "DIR", OPTION_TEXT, AT(templates),
     BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(SHOW) | BIT(PUBLISH)
         | BIT(TEMPLATES),
     "files here go before those compiled in"},
    {"fail", 0, NULL, OPTION_FLAG, AT(fail), BIT(REPORT), "status 1 when a required endpoint fails in the run"},
    {"rediagnose", 0, NULL, OPTION_FLAG, AT(rediagnose), BIT(REPORT) | BIT(COMPARE),
     "by today's rules, not by the findings kept with the run"},
    {"threshold", 0, "LEAST", OPTION_TEXTS, AT(thresholds), BIT(COMPARE),
     "the least change of a latency that counts; default 10%,5ms"},
    {"force", 0, NULL, OPTION_FLAG, AT(force), BIT(INIT) | BIT(DB) | BIT(TEMPLATES), "overwrite an existing file"},
    {"dry-run", 0, NULL, OPTION_FLAG, AT(dry_run), BIT(PUBLISH) | BIT(DB),
     "print what would be written, or what migrate or prune would do, and do nothing"},
    {"json", 0, NULL, OPTION_FLAG, AT(json),
     BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(REPORT) | BIT(COMPARE) | BIT(HISTORY) | BIT(SHOW) | BIT(PUBLISH)
         | BIT(CHECK) | BIT(EXPLAIN) | BIT(DB),
     "machine-readable"},
    {"quiet", 'q', NULL, OPTION_FLAG, AT(quiet), BIT(VERIFY) | BIT(NIGHTLY) | BIT(RUN) | BIT(PUBLISH) | BIT(DB),
     "print nothing but errors and warnings"},
    {"reports", 0, "DIR", OPTION_TEXT, AT(reports), BIT(NIGHTLY) | BIT(DB),
     "a folder a night goes there; default reports beside the config; db prune: those that are old go from there, "
     "too"},
    {"site", 0, "DIR", OPTION_TEXT, AT(site), BIT(REPORT) | BIT(NIGHTLY),
     "bring an archive of pages there up to date: runs, endpoints, an index, a feed"},
    {"nice", 0, NULL, OPTION_FLAG, AT(nice), BIT(NIGHTLY), "with the lowest priority for processor and disk"},
    {"log-level", 0, "LEVEL", OPTION_TEXT, AT(log_level), BIT(NIGHTLY),
     "error, warning (default), note (default for syslog) or debug"},
    {"cron", 0, NULL, OPTION_FLAG, AT(cron), BIT(INIT), "print the line for the crontab, and write nothing"},
    {"systemd", 0, NULL, OPTION_FLAG, AT(systemd), BIT(INIT), "print a service and a timer, and write nothing"},
    {"log", 0, "WHERE", OPTION_TEXT, AT(log), BIT(NIGHTLY), "stderr (default) or syslog"},
    {"help", 'h', NULL, OPTION_FLAG, AT(help), VERBS_ALL, "this"},
    {"version", 'V', NULL, OPTION_FLAG, AT(version), VERBS_ALL, "the version"},
    {0},
};
