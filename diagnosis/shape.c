/* SPDX-License-Identifier: MIT */
#include "diagnosis/shape.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "collector/probe.h"
#include "diagnosis/address.h"

enum { ID_LEAST = 16, DASHED_LEAST = 8 };

static bool is_word(char byte)
{
    return isalnum((unsigned char)byte) != 0;
}

static size_t run_of(struct slice text, size_t from, bool dashes)
{
    size_t end = from;

    while (end < text.len && (is_word(text.data[end]) || (dashes && text.data[end] == '-')))
        end++;
    return end - from;
}

static bool any_digit(const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (isdigit((unsigned char)data[i]))
            return true;
    return false;
}

static bool all_hex(const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isxdigit((unsigned char)data[i]) && data[i] != '-')
            return false;
    return true;
}

/* One word: an id as a whole, or its digits alone ("HTTP/1", "v2"). */
static void mask_word(struct buf *out, const char *data, size_t len)
{
    if (any_digit(data, len) && (all_hex(data, len) || len >= ID_LEAST)) {
        buf_putc(out, '#');
        return;
    }
    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)data[i]))
            buf_putc(out, data[i]);
        else if (i == 0 || !isdigit((unsigned char)data[i - 1]))
            buf_putc(out, '#');
    }
}

static bool starts(struct slice text, size_t at, struct slice with)
{
    return with.len > 1 && text.len - at >= with.len && memcmp(text.data + at, with.data, with.len) == 0;
}

/* The length of the address's own words at `at`, longest first. */
static size_t own_words(struct slice text, size_t at, const char *url)
{
    struct slice target = address_target(url), path = address_path(url), segment = address_segment(url);

    if (starts(text, at, target))
        return target.len;
    if (starts(text, at, path))
        return path.len;
    if (!starts(text, at, segment) || (at > 0 && is_word(text.data[at - 1])))
        return 0;
    if (at + segment.len < text.len && is_word(text.data[at + segment.len]))
        return 0;
    return segment.len;
}

void shape_mask(struct buf *out, struct slice text, const char *url)
{
    size_t i = 0;

    while (i < text.len) {
        size_t len = own_words(text, i, url);

        if (len > 0) {
            /* "/ws" and a bare "ws" become the same: frameworks print either. */
            buf_putc(out, '*');
        } else if (text.data[i] == '\\' && i + 1 < text.len && text.data[i + 1] == '/') {
            len = 1;
        } else if (!is_word(text.data[i])) {
            len = 1;
            buf_putc(out, text.data[i]);
        } else {
            len = run_of(text, i, true);
            if (len >= DASHED_LEAST && all_hex(text.data + i, len) && any_digit(text.data + i, len)) {
                buf_putc(out, '#');
            } else {
                len = run_of(text, i, false);
                mask_word(out, text.data + i, len);
            }
        }
        i += len;
    }
}

static bool same_masked(struct slice a, const char *a_url, struct slice b, const char *b_url)
{
    struct buf left = BUF_INIT, right = BUF_INIT;
    bool same;

    shape_mask(&left, a, a_url);
    shape_mask(&right, b, b_url);
    same = slice_equals(buf_slice(&left), buf_slice(&right));
    buf_free(&left);
    buf_free(&right);
    return same;
}

static struct slice media_type(const struct probe *probe)
{
    struct slice type = probe_header(probe, "content-type");
    const char *end;

    if (!type.data)
        return type;
    end = memchr(type.data, ';', type.len);
    if (end)
        type.len = (size_t)(end - type.data);
    while (type.len > 0 && type.data[type.len - 1] == ' ')
        type.len--;
    return type;
}

static bool same_type(const struct probe *a, const struct probe *b)
{
    struct slice left = media_type(a), right = media_type(b);

    return left.len == right.len && (left.len == 0 || strncasecmp(left.data, right.data, left.len) == 0);
}

/* What was not kept whole is compared by what was kept, and by its size where even that is known. */
static bool same_body(const struct probe *a, const struct probe *b)
{
    if (a->body_capped != b->body_capped || a->body_cut != b->body_cut)
        return false;
    if (a->body_sha256.len > 0 && slice_equals(a->body_sha256, b->body_sha256))
        return true;
    if (a->body_cut && !a->body_capped && a->body_size != b->body_size)
        return false;
    return same_masked(a->body, a->url, b->body, b->url);
}

static bool same_code(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static const struct message *first_message(const struct probe *probe)
{
    for (size_t i = 0; i < probe->message_count; i++)
        if (!probe->messages[i].sent
            && (probe->messages[i].type == MESSAGE_TEXT || probe->messages[i].type == MESSAGE_BINARY))
            return &probe->messages[i];
    return NULL;
}

bool messages_alike(const struct probe *a, const struct probe *b)
{
    const struct message *left = first_message(a), *right = first_message(b);

    if (!left || !right)
        return left == right;
    return left->type == right->type && same_masked(left->data, a->url, right->data, b->url);
}

bool shape_alike(const struct probe *a, const struct probe *b)
{
    if (a->status != b->status)
        return false;
    if (a->status == 0)
        return same_code(a->code, b->code);
    return same_type(a, b) && same_masked(a->location, a->url, b->location, b->url) && same_body(a, b);
}

bool shape_says_absent(const struct probe *probe)
{
    return probe->status != 0 && probe->status != 429 && probe->status < 500;
}

bool shape_means_absent(const struct probe *probe)
{
    return probe->status == 404 || probe->status == 410 || (probe->status >= 200 && probe->status < 300);
}
