/* SPDX-License-Identifier: MIT */
/* PCRE2 bounds the work from one starting place (the match limit), not over all of them: eight million places
 * with the full limit each are hours. So the places are tried a few at a time, with a look at the clock
 * between. PCRE2's own search for a starting place is switched off, because it would read to the end of the
 * text every time. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "collector/pattern.h"

#include <pcre2.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

enum { PLACES_AT_ONCE = 256, STEPS_A_PLACE = 100000, HEAP_KIB = 64 * 1024, MOST_US = 1000000 };

static pcre2_code *compile(const char *expression, struct error *err)
{
    PCRE2_UCHAR reason[160];
    PCRE2_SIZE offset;
    int number;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_USE_OFFSET_LIMIT | PCRE2_NO_START_OPTIMIZE | PCRE2_NEVER_BACKSLASH_C, &number,
                      &offset, NULL);

    if (code)
        return code;
    pcre2_get_error_message(number, reason, sizeof reason);
    fail(err, ERR_CONFIG, "this is no regular expression: %s, at its character %zu", (const char *)reason, offset + 1);
    return NULL;
}

bool pattern_check(const char *expression, struct error *err)
{
    pcre2_code *code = compile(expression, err);

    pcre2_code_free(code);
    return code != NULL;
}

/* The text as valid UTF-8, with a question mark for each broken byte, so that PCRE2 need not check it every
 * time. */
static struct slice repair(struct slice text, struct buf *repaired)
{
    size_t at = 0;

    if (utf8_valid(text))
        return text;
    while (at < text.len) {
        int32_t point;
        size_t len = utf8_next((struct slice){text.data + at, text.len - at}, &point);

        if (len)
            buf_put(repaired, text.data + at, len);
        else
            buf_putc(repaired, '?');
        at += len ? len : 1;
    }
    return buf_slice(repaired);
}

static size_t character_start(struct slice text, size_t at)
{
    while (at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static enum pattern_answer search(const pcre2_code *code, struct slice text, pcre2_match_data *data,
                                  pcre2_match_context *limits)
{
    struct mono start = mono_now();
    size_t at = 0;

    for (;;) {
        int found;

        pcre2_set_offset_limit(limits, at + PLACES_AT_ONCE - 1);
        found = pcre2_match(code, (PCRE2_SPTR)text.data, text.len, at, PCRE2_NO_UTF_CHECK, data, limits);
        if (found >= 0)
            return PATTERN_MATCHES;
        if (found != PCRE2_ERROR_NOMATCH)
            return PATTERN_UNDECIDED;
        if (text.len - at < PLACES_AT_ONCE)
            return PATTERN_NO;
        at = character_start(text, at + PLACES_AT_ONCE);
        if (mono_between(start, mono_now()) > MOST_US)
            return PATTERN_UNDECIDED;
    }
}

enum pattern_answer pattern_match(const char *expression, struct slice text)
{
    pcre2_code *code = compile(expression, NULL);
    pcre2_match_data *data = code ? pcre2_match_data_create(1, NULL) : NULL;
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    struct buf repaired = BUF_INIT;
    enum pattern_answer answer = PATTERN_UNDECIDED;

    if (data && limits) {
        pcre2_set_match_limit(limits, STEPS_A_PLACE);
        pcre2_set_heap_limit(limits, HEAP_KIB);
        if (!text.data)
            text = slice_of("");
        answer = search(code, repair(text, &repaired), data, limits);
    }
    buf_free(&repaired);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return answer;
}
