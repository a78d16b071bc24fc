/* SPDX-License-Identifier: MIT */
/* The forms in which a server may echo a secret.
 *
 * Plain and base64 forms are searched as they are (memmem is linear). For percent-encoding (RFC 3986, 2.1) and JSON's
 * escapes (RFC 8259, 7) the text is decoded instead, since either may be applied to any of its characters; a map leads
 * from the decoded bytes back to the text. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collector/redaction.h"

enum { LEVELS = 2 };     /* of escapes within escapes */
enum { TAIL_LEAST = 3 }; /* a cut tail of fewer characters says nothing of a secret */

/* A text decoded, with the place of each decoded byte in the original; places[len] is the original's end. */
struct decoded {
    char *data;
    size_t *places;
    size_t len;
};

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* One escape at the start of a text: the bytes it means. */
struct escaped {
    size_t used; /* characters of the text; 0: there is none */
    size_t count;
    char bytes[4];
};

static struct escaped percent_escape(struct slice text)
{
    if (text.len < 3 || text.data[0] != '%' || hex(text.data[1]) < 0 || hex(text.data[2]) < 0)
        return (struct escaped){0};
    return (struct escaped){3, 1, {(char)(hex(text.data[1]) * 16 + hex(text.data[2]))}};
}

/* The UTF-16 unit that "\uXXXX" at the start of `text` means; -1 when it is none. */
static int32_t unit_of(struct slice text)
{
    int32_t unit = 0;

    if (text.len < 6 || text.data[0] != '\\' || text.data[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        if (hex(text.data[i]) < 0)
            return -1;
        unit = unit * 16 + hex(text.data[i]);
    }
    return unit;
}

static struct escaped utf8_of(int32_t point, size_t used)
{
    if (point < 0x80)
        return (struct escaped){used, 1, {(char)point}};
    if (point < 0x800)
        return (struct escaped){used, 2, {(char)(0xc0 | point >> 6), (char)(0x80 | (point & 0x3f))}};
    if (point < 0x10000)
        return (struct escaped){
            used, 3, {(char)(0xe0 | point >> 12), (char)(0x80 | (point >> 6 & 0x3f)), (char)(0x80 | (point & 0x3f))}};
    return (struct escaped){used,
                            4,
                            {(char)(0xf0 | point >> 18), (char)(0x80 | (point >> 12 & 0x3f)),
                             (char)(0x80 | (point >> 6 & 0x3f)), (char)(0x80 | (point & 0x3f))}};
}

static bool is_high(int32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

static struct escaped json_escape(struct slice text)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;
    int32_t unit, low;

    if (text.len < 2 || text.data[0] != '\\')
        return (struct escaped){0};
    letter = text.data[1] ? strchr(letters, text.data[1]) : NULL;
    if (letter)
        return (struct escaped){2, 1, {meanings[letter - letters]}};
    unit = unit_of(text);
    if (unit < 0)
        return (struct escaped){0};
    low = is_high(unit) ? unit_of((struct slice){text.data + 6, text.len - 6}) : -1;
    if (low >= 0xdc00 && low < 0xe000)
        return utf8_of(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 12);
    return utf8_of(unit, 6);
}

/* Whether `text`, all that is left, may be an escape whose end was cut off. */
static bool is_begun(struct slice text)
{
    bool percent = text.data[0] == '%';
    size_t digits = percent ? 1 : 2;

    if (text.data[0] == '\\' && is_high(unit_of(text)))
        return text.len < 12;
    if (text.len >= digits + (percent ? 2U : 4U) || (!percent && text.data[0] != '\\'))
        return false;
    if (!percent && text.len > 1 && text.data[1] != 'u')
        return false;
    for (size_t i = digits; i < text.len; i++)
        if (hex(text.data[i]) < 0)
            return false;
    return true;
}

static struct decoded decode(struct slice text, const size_t *places, bool cut,
                             struct escaped (*escape)(struct slice text))
{
    struct decoded decoded = {mem_new(text.len + 1, 1), mem_new(text.len + 1, sizeof(size_t)), 0};

    for (size_t at = 0; at < text.len;) {
        struct slice rest = {text.data + at, text.len - at};
        struct escaped escaped = escape(rest);

        if (cut && rest.len < 12 && is_begun(rest))
            break;
        if (!escaped.used)
            escaped = (struct escaped){1, 1, {rest.data[0]}};
        for (size_t i = 0; i < escaped.count; i++) {
            decoded.data[decoded.len] = escaped.bytes[i];
            decoded.places[decoded.len++] = places ? places[at] : at;
        }
        at += escaped.used;
    }
    decoded.places[decoded.len] = places ? places[text.len] : text.len;
    return decoded;
}

static void decoded_free(struct decoded *decoded)
{
    OPENSSL_cleanse(decoded->data, decoded->len);
    mem_free(decoded->data);
    mem_free(decoded->places);
}

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("+/-_", c));
}

/* The base64 of `secret` behind `lead` unknown bytes: the characters all of whose bits are the secret's. */
static void add_base64(struct secret *secret, size_t lead, bool url)
{
    struct needle_form *form = &secret->forms[secret->form_count];
    size_t plain_len = lead + secret->len;
    unsigned char *plain = mem_new(plain_len, 1);
    char *encoded = mem_new((plain_len + 2) / 3 * 4 + 1, 1);
    size_t first = (8 * lead + 5) / 6, last = 8 * plain_len / 6;

    memcpy(plain + lead, secret->value, secret->len);
    EVP_EncodeBlock((unsigned char *)encoded, plain, (int)plain_len);
    for (char *at = encoded; url && *at; at++) {
        if (*at == '+')
            *at = (char)'-';
        if (*at == '/')
            *at = (char)'_';
    }
    form->len = last - first;
    form->data = mem_copy(encoded + first, form->len);
    form->before = lead ? 1 : 0;
    form->after = 8 * plain_len % 6 ? 1 : 0;
    secret->form_count++;
    OPENSSL_cleanse(plain, plain_len);
    OPENSSL_cleanse(encoded, strlen(encoded));
    mem_free(plain);
    mem_free(encoded);
}

void secret_forms_make(struct secret *secret)
{
    secret->forms[0] = (struct needle_form){mem_copy(secret->value, secret->len), secret->len, 0, 0};
    secret->form_count = 1;
    for (size_t lead = 0; lead < 3; lead++) {
        add_base64(secret, lead, false);
        add_base64(secret, lead, true);
    }
}

void secret_forms_wipe(struct secret *secret)
{
    for (size_t i = 0; i < secret->form_count; i++) {
        OPENSSL_cleanse(secret->forms[i].data, secret->forms[i].len);
        mem_free(secret->forms[i].data);
    }
    secret->form_count = 0;
}

/* Where a text is searched: itself, or one of its decodings. */
struct field_of_search {
    struct slice text;
    const size_t *places; /* NULL: the text itself */
    bool cut;
};

static void add_found(const struct field_of_search *field, size_t start, size_t end, const char *marker,
                      struct redactions *redactions)
{
    if (field->places)
        redactions_add(redactions, field->places[start], field->places[end], marker);
    else
        redactions_add(redactions, start, end, marker);
}

/* The longest tail of a cut text that is the start of `form`: the rest of it may be what was cut. */
static size_t cut_tail(const struct field_of_search *field, const struct needle_form *form)
{
    size_t most = form->len - 1 < field->text.len ? form->len - 1 : field->text.len;

    for (size_t len = most; len >= TAIL_LEAST; len--)
        if (memcmp(field->text.data + field->text.len - len, form->data, len) == 0)
            return len;
    return 0;
}

static void find_form(const struct field_of_search *field, const struct needle_form *form, const char *marker,
                      struct redactions *redactions)
{
    const char *text = field->text.data;
    const char *end = text + field->text.len;
    const char *hit = text;
    size_t tail;

    while ((hit = memmem(hit, (size_t)(end - hit), form->data, form->len))) {
        size_t start = (size_t)(hit - text), stop = start + form->len;

        if (form->before && start > 0 && is_base64(text[start - 1]))
            start--;
        if (form->after && stop < field->text.len && is_base64(text[stop]))
            stop++;
        add_found(field, start, stop, marker, redactions);
        hit += form->len;
    }
    tail = field->cut && form->len > TAIL_LEAST ? cut_tail(field, form) : 0;
    if (tail) {
        size_t start = field->text.len - tail;

        if (form->before && start > 0 && is_base64(text[start - 1]))
            start--;
        add_found(field, start, field->text.len, marker, redactions);
    }
}

static void find_in(const struct secret *secret, const struct field_of_search *field, const char *marker,
                    struct redactions *redactions)
{
    for (size_t i = 0; i < secret->form_count; i++)
        find_form(field, &secret->forms[i], marker, redactions);
}

/* Searches the field, and what its escapes mean: JSON in JSON and percent-escapes in JSON are two levels deep. */
static void find_deep(const struct secret *secret, const struct field_of_search *field, const char *marker, int levels,
                      struct redactions *redactions)
{
    static const struct {
        char sign;
        struct escaped (*escape)(struct slice text);
    } encodings[] = {{'%', percent_escape}, {'\\', json_escape}};

    find_in(secret, field, marker, redactions);
    for (size_t i = 0; levels > 0 && i < sizeof encodings / sizeof *encodings; i++) {
        struct field_of_search inner = {.cut = field->cut};
        struct decoded decoded;

        if (!memchr(field->text.data, encodings[i].sign, field->text.len))
            continue;
        decoded = decode(field->text, field->places, field->cut, encodings[i].escape);
        inner.text = (struct slice){decoded.data, decoded.len};
        inner.places = decoded.places;
        find_deep(secret, &inner, marker, levels - 1, redactions);
        decoded_free(&decoded);
    }
}

void secret_forms_find(const struct secret *secret, const char *marker, struct slice text, bool cut,
                       struct redactions *redactions)
{
    struct field_of_search field = {text, NULL, cut};

    find_deep(secret, &field, marker, LEVELS, redactions);
}
