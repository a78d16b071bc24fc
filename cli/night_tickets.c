/* SPDX-License-Identifier: MIT */
#include "cli/night.h"

static const int64_t publish_us = 600 * INT64_C(1000000);

bool night_has_tickets(const struct tonight *night)
{
    const struct suite *suite = &night->session.suite;

    for (size_t i = 0; i < suite->ticket_count; i++)
        if (suite->tickets[i].tracker)
            return true;
    return false;
}

struct mono night_publish_deadline(const struct tonight *night)
{
    struct mono deadline = {mono_now().us + publish_us};

    return night->deadline.us && night->deadline.us < deadline.us ? night->deadline : deadline;
}

void night_publish(struct tonight *night)
{
    const struct publication_order order = {.run = night->recorded.run.id,
                                            .templates = night->arguments.templates,
                                            .deadline = night_publish_deadline(night)};
    struct publication_report *report = &night->published;
    struct error err = {0};

    if (!night_has_tickets(night))
        return;
    if (!publication_make(&night->session, &order, report, &err))
        night_trouble(night, &err);
    publication_log(report);
    night->troubles += report->troubled;
}
