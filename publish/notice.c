/* SPDX-License-Identifier: MIT */
#include "publish/notice.h"

void notice_change(const struct night *night, enum transition_kind change, struct buf *out)
{
    static const char *const heads[] = {"", "Fixed: ", "Regressed: ", "It fails for another cause now: "};
    static const char *const states[] = {"works", "fails", "is unsteady", "could not be judged"};
    unsigned shown = night->verdict == NIGHT_WORKS ? night->total - night->failing : night->failing;

    buf_printf(out, "%s%u of %u endpoint%s %s, as of %s (run %s)", heads[change], shown, night->total,
               night->total == 1 ? "" : "s",
               shown == 1 || night->verdict == NIGHT_NOT_JUDGED ? states[night->verdict]
               : night->verdict == NIGHT_WORKS                  ? "work"
               : night->verdict == NIGHT_FAILS                  ? "fail"
                                                                : "are unsteady",
               night->when, night->run);
    if (*night->causes)
        buf_printf(out, ", cause: %s", night->causes);
    buf_putc(out, '.');
}

static void put(const char *text, void (*escape)(const char *text, struct buf *out), struct buf *out)
{
    if (escape)
        escape(text, out);
    else
        buf_puts(out, text);
}

void notice_words(const struct notice *notice, void (*escape)(const char *text, struct buf *out), struct buf *out)
{
    buf_puts(out, "Ticket ");
    put(notice->ticket, escape, out);
    if (notice->title) {
        buf_puts(out, ", ");
        put(notice->title, escape, out);
    }
    buf_puts(out, " (");
    put(notice->suite, escape, out);
    if (notice->environment) {
        buf_puts(out, ", ");
        put(notice->environment, escape, out);
    }
    buf_puts(out, "): ");
    notice_change(&notice->night, notice->change, out);
}

json_t *notice_json(const struct notice *notice)
{
    const struct night *night = &notice->night;

    return json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:s?}", "schema",
                     "endoscope-publication/1", "suite", notice->suite, "environment", notice->environment, "ticket",
                     notice->ticket, "title", notice->title, "run", notice->run, "when", night->when, "verdict",
                     night_verdict_words[night->verdict], "change", night_change_words[notice->change], "failing",
                     (int)night->failing, "endpoints", (int)night->total, "causes", night->causes, "report_url",
                     notice->report_url);
}
