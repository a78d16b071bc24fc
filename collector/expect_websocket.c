/* SPDX-License-Identifier: MIT */
/* What is expected of a WebSocket: its messages, its pongs, how long it stays open and how it ends. */
#include "base/arena.h"
#include "collector/expect_judging.h"
#include "collector/quantity.h"

int64_t judging_message_us(const struct probe *probe, size_t index)
{
    if (index == 0)
        return probe->timings.first_message_us;
    for (size_t i = 0; i < probe->message_count; i++) {
        const struct message *message = &probe->messages[i];

        if (!message->sent && (message->type == MESSAGE_TEXT || message->type == MESSAGE_BINARY) && index-- == 0)
            return message->at_us;
    }
    return NOT_MEASURED;
}

struct compared judging_message(struct judging *judging, const struct expectation *expectation)
{
    const struct judged_matter *matter = judging->matter;
    size_t index = expectation->message;
    int64_t after = judging_message_us(judging->probe, index);
    bool capped = matter->message_capped && index + 1 == matter->message_count;
    struct compared compared;
    json_t *parsed = NULL;

    if (judging->probe->status != 101)
        return compared_not("there was no WebSocket");
    if (index >= matter->message_count && matter->message_capped)
        return compared_not("a message before it is longer than what was read of it");
    if (index >= matter->message_count)
        return compared_as(expectation->subject == EXPECT_MESSAGE_TEXT && expectation->operator== OPERATOR_ABSENT,
                           (struct slice){NULL, 0});
    if (expectation->within_us > 0 && after < 0)
        return compared_not("it was not kept when the message came");
    if (expectation->within_us > 0 && after > expectation->within_us)
        return compared_as(false, slice_of(arena_printf(&judging->probe->arena, "it came after %s",
                                                        quantity_duration_words(after, &judging->probe->arena))));
    if (capped && (expectation->subject == EXPECT_MESSAGE_JSON || expectation->operator!= OPERATOR_EXISTS))
        return compared_not("the message is longer than what was read of it");
    if (expectation->subject == EXPECT_MESSAGE_TEXT)
        return compare_text(expectation, matter->messages[index], &judging->probe->arena);
    /* Only the first is asked for many times as a rule, and stays parsed. */
    compared = judging_json(judging, expectation, matter->messages[index], index ? &parsed : &judging->message);
    json_decref(parsed);
    return compared;
}

struct compared judging_ping(struct judging *judging, const struct expectation *expectation)
{
    int64_t trip = judging->probe->timings.ping_us;

    if (judging->probe->status != 101)
        return compared_not("there was no WebSocket");
    if (trip < 0)
        return compared_as(false, (struct slice){NULL, 0});
    return compared_as(expectation->number <= 0 || (double)trip <= expectation->number,
                       slice_of(quantity_duration_words(trip, &judging->probe->arena)));
}

/* Who said goodbye first is who ended it. */
static bool closed_by_us(const struct probe *probe)
{
    for (size_t i = 0; i < probe->message_count; i++)
        if (probe->messages[i].type == MESSAGE_CLOSE)
            return probe->messages[i].sent;
    return probe->close_code == 0;
}

struct compared judging_open(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;
    int64_t open = probe->timings.open_us;
    const char *words;

    if (probe->status != 101 || open < 0)
        return compared_not("there was no WebSocket");
    words = quantity_duration_words(open, &probe->arena);
    if ((double)open >= expectation->number)
        return compared_as(true, slice_of(words));
    if (!probe->code && closed_by_us(probe))
        return compared_not("the timeout ended it before");
    return compared_as(
        false, slice_of(probe->close_code == 1006
                            ? arena_printf(&probe->arena, "lost after %s", words)
                            : arena_printf(&probe->arena, "closed after %s with %d", words, probe->close_code)));
}

struct compared judging_close(struct judging *judging, const struct expectation *expectation)
{
    struct probe *probe = judging->probe;

    if (probe->status != 101)
        return compared_not("there was no WebSocket");
    if (probe->close_code == 0 || probe->close_code == 1006)
        return compared_as(false, slice_of("the server sent no close frame"));
    return compared_as((double)probe->close_code == expectation->number,
                       slice_of(arena_printf(&probe->arena, "%d", probe->close_code)));
}
