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

/* The byte that a percent-escape at the start of `text` means, and its length; 0 when there is none. */
static size_t percent_escape(struct slice text, char *byte)
{
    if (text.len < 3 || text.data[0] != '%' || hex(text.data[1]) < 0 || hex(text.data[2]) < 0)
        return 0;
    *byte = (char)(hex(text.data[1]) * 16 + hex(text.data[2]));
    return 3;
}

/* The same for a JSON escape. One for a character beyond Latin-1 is left as it stands: no secret has it in pieces. */
static size_t json_escape(struct slice text, char *byte)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if (text.len < 2 || text.data[0] != '\\')
        return 0;
    letter = text.data[1] ? strchr(letters, text.data[1]) : NULL;
    if (letter) {
        *byte = meanings[letter - letters];
        return 2;
    }
    if (text.len < 6 || text.data[1] != 'u' || text.data[2] != '0' || text.data[3] != '0' || hex(text.data[4]) < 0
        || hex(text.data[5]) < 0 || hex(text.data[4]) >= 8)
        return 0;
    *byte = (char)(hex(text.data[4]) * 16 + hex(text.data[5]));
    return 6;
}

static struct decoded decode(struct slice text, const size_t *places, size_t (*escape)(struct slice text, char *byte))
{
    struct decoded decoded = {mem_new(text.len + 1, 1), mem_new(text.len + 1, sizeof(size_t)), 0};

    for (size_t at = 0; at < text.len;) {
        char byte = text.data[at];
        size_t used = escape((struct slice){text.data + at, text.len - at}, &byte);

        decoded.data[decoded.len] = byte;
        decoded.places[decoded.len++] = places ? places[at] : at;
        at += used ? used : 1;
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
    if (tail)
        add_found(field, field->text.len - tail, field->text.len, marker, redactions);
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
        size_t (*escape)(struct slice text, char *byte);
    } encodings[] = {{'%', percent_escape}, {'\\', json_escape}};

    find_in(secret, field, marker, redactions);
    for (size_t i = 0; levels > 0 && i < sizeof encodings / sizeof *encodings; i++) {
        struct field_of_search inner = {.cut = field->cut};
        struct decoded decoded;

        if (!memchr(field->text.data, encodings[i].sign, field->text.len))
            continue;
        decoded = decode(field->text, field->places, encodings[i].escape);
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
