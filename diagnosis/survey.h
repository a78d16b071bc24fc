/* SPDX-License-Identifier: MIT */
/* survey.h - a run looked over once, origin by origin, before each of its endpoints is looked at. */
#ifndef DIAGNOSIS_SURVEY_H
#define DIAGNOSIS_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "diagnosis/answer.h"
#include "diagnosis/answers.h"
#include "diagnosis/records.h"

/* What the probes of a run show of one origin; https and wss are one. Each number is the ordinal of the first probe that
 * shows it, 0: none does. */
struct origin {
    const char *text;
    const char *host;
    bool literal;                /* the host is an address, which no DNS knows */
    uint32_t resolves, connects; /* came past DNS, past TCP */
    uint32_t upgrades;           /* a WebSocket opened */
    uint32_t passes;             /* a judged probe passed */
    uint32_t control_passes, control_fails;
    uint32_t accepted, refused; /* a request passed with an Authorization that was refused without it, and both */
    uint32_t broken;            /* a broken Authorization was sent: at most once */
    struct probe *read;         /* room for: */
    const struct probe *dated;  /* the last answer with a Date; NULL: none had one */
    struct wall server_time,
        our_time; /* what that said, and when; 0: nobody in the run told the time. Of an origin that
                                        * sent no Date: what those said that did, where they agree */
};

/* All lives in the arena. */
struct survey {
    const struct records *records;
    struct answers *answers;
    const uint32_t *origin_of; /* of each endpoint, an index into: */
    struct origin *origins;
    size_t origin_count;
    bool clock_is_ours; /* servers of two hosts at least agree on the time, and the collector does not */
    struct arena *arena;
};

struct survey survey_make(const struct records *records, struct arena *arena);

/* The origin of `endpoint`. */
const struct origin *survey_origin(const struct survey *survey, uint32_t endpoint);

/* Below HTTP all endpoints of an origin fail for one reason: the first that fails at the same layer, of the same kind, is
 * asked for all. It may be `endpoint` itself, which must be in need. */
uint32_t survey_speaker(const struct survey *survey, uint32_t endpoint);

/* The layer up to which `probe` came: the one that failed, or LAYER_COUNT. */
enum layer probe_reach(const struct probe *probe);

/* Whether `endpoint` sends an Authorization, by a header or by the user in its address. */
bool endpoint_authorizes(const struct endpoint *endpoint);

/* Whether it sends something else that may be credentials: another secret header, a cookie, a variable in path or query. */
bool endpoint_sends_other_secret(const struct endpoint *endpoint);

/* Whether anything is expected of what the answer says: its body, its JSON, its messages. */
bool endpoint_expects_content(const struct endpoint *endpoint);

/* Whether the Authorization that is configured was not sent with `probe`. */
bool authorization_withheld(const struct probe *probe);

/* Whether the endpoint fails or is unsteady, and is more than a candidate. */
bool survey_in_need(const struct survey *survey, uint32_t endpoint);
#endif
