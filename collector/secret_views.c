/* SPDX-License-Identifier: MIT */
/* A text as it reads once its escapes are undone.
 *
 * Percent-encoding (RFC 3986, 2.1), JSON's escapes (RFC 8259, 7), those of certificates' names (RFC 4514) and HTML's, which error pages use, may be applied to any
 * of a secret's characters, and one over the other; so the text is decoded, in every order, and a map leads from the
 * decoded bytes back to it. */
#include <ctype.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/memory.h"
#include "collector/redaction.h"

enum { INCOMPLETE = -1 }; /* the text ends within an escape */

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

/* Reads `count` hex digits from `at`; INCOMPLETE where the text ends, -2 where they are none. */
static int hex_digits(struct slice text, size_t at, size_t count)
{
    int number = 0;

    for (size_t i = at; i < at + count; i++) {
        if (i >= text.len)
            return INCOMPLETE;
        if (hex(text.data[i]) < 0)
            return -2;
        number = number * 16 + hex(text.data[i]);
    }
    return number;
}

/* What an escape at the start of a text means, and its length; 0 when there is none, or INCOMPLETE. */
struct meaning {
    char bytes[4];
    size_t count;
};
typedef int escape_reader(struct slice text, struct meaning *meaning);

static int percent_escape(struct slice text, struct meaning *meaning)
{
    int number;

    if (text.data[0] != '%')
        return 0;
    number = hex_digits(text, 1, 2);
    if (number < 0)
        return number == INCOMPLETE ? INCOMPLETE : 0;
    *meaning = (struct meaning){{(char)number}, 1};
    return 3;
}

static struct meaning utf8_of(unsigned point)
{
    struct meaning meaning = {{0}, point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4};
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = meaning.count; i-- > 1; point >>= 6)
        meaning.bytes[i] = (char)(0x80 | (point & 0x3F));
    meaning.bytes[0] = (char)(lead[meaning.count] | point);
    return meaning;
}

/* \uXXXX, or two of them that are one character's surrogates (RFC 8259, 7). */
static int unicode_escape(struct slice text, struct meaning *meaning)
{
    int number = hex_digits(text, 2, 4), low;

    if (number < 0)
        return number == INCOMPLETE ? INCOMPLETE : 0;
    if (number < 0xD800 || number > 0xDFFF) {
        *meaning = utf8_of((unsigned)number);
        return 6;
    }
    if (number >= 0xDC00)
        return 0;
    if (text.len < 8)
        return memcmp(text.data + 6, "\\u", text.len - 6) == 0 ? INCOMPLETE : 0;
    low = text.data[6] == '\\' && text.data[7] == 'u' ? hex_digits(text, 8, 4) : -2;
    if (low == INCOMPLETE)
        return INCOMPLETE;
    if (low < 0xDC00 || low > 0xDFFF)
        return 0;
    *meaning = utf8_of(0x10000U + (((unsigned)number & 0x3FF) << 10) + ((unsigned)low & 0x3FF));
    return 12;
}

/* "\C3": a byte of a certificate's name (RFC 4514, 2.4), in capitals and so no letter of JSON's. */
static int name_escape(struct slice text, struct meaning *meaning)
{
    int number;

    if (!isdigit((unsigned char)text.data[1]) && !(text.data[1] >= 'A' && text.data[1] <= 'F'))
        return 0;
    number = hex_digits(text, 1, 2);
    if (number < 0)
        return number == INCOMPLETE ? INCOMPLETE : 0;
    *meaning = (struct meaning){{(char)number}, 1};
    return 3;
}

/* JSON's, and what certificates' names and scripts escape by a backslash besides. */
static int backslash_escape(struct slice text, struct meaning *meaning)
{
    static const char letters[] = "\"\\/bfnrt,+<>;=# '", meanings[] = "\"\\/\b\f\n\r\t,+<>;=# '";
    const char *letter;

    if (text.data[0] != '\\')
        return 0;
    if (text.len < 2)
        return INCOMPLETE;
    if (text.data[1] == 'u')
        return unicode_escape(text, meaning);
    letter = memchr(letters, text.data[1], sizeof letters - 1);
    if (!letter)
        return name_escape(text, meaning);
    *meaning = (struct meaning){{meanings[letter - letters]}, 1};
    return 2;
}

/* "&#39;" or "&#x27;": no character needs more than seven digits. */
static int html_number(struct slice text, struct meaning *meaning)
{
    bool is_hex = text.len > 2 && (text.data[2] == 'x' || text.data[2] == 'X');
    size_t first = is_hex ? 3 : 2, at = first;
    unsigned point = 0;

    for (; at < text.len && at < first + 7; at++) {
        int digit = hex(text.data[at]);

        if (digit < 0 || (!is_hex && digit > 9))
            break;
        point = point * (is_hex ? 16 : 10) + (unsigned)digit;
    }
    if (at == text.len)
        return INCOMPLETE;
    if (at == first || text.data[at] != ';' || point > 0x10FFFF)
        return 0;
    *meaning = utf8_of(point);
    return (int)at + 1;
}

static int html_escape(struct slice text, struct meaning *meaning)
{
    static const struct {
        const char *name;
        char meaning;
    } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

    if (text.data[0] != '&')
        return 0;
    if (text.len > 1 && text.data[1] == '#')
        return html_number(text, meaning);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].name);

        if (memcmp(text.data, names[i].name, len < text.len ? len : text.len) != 0)
            continue;
        if (text.len < len)
            return INCOMPLETE;
        *meaning = (struct meaning){{names[i].meaning}, 1};
        return (int)len;
    }
    return 0;
}

/* What the escapes of each kind start with. */
static const struct {
    char sign;
    escape_reader *read;
} escapes[] = {{'%', percent_escape}, {'\\', backslash_escape}, {'&', html_escape}};
enum { ESCAPES = sizeof escapes / sizeof *escapes };
_Static_assert(VIEWS_MAX == 1 + ESCAPES + ESCAPES * ESCAPES, "room for each kind, and each over each");

/* A cut text may end within an escape: what is left of that belongs to the character before it. */
static void add_decoded(struct views *views, const struct view *view, escape_reader *escape)
{
    struct slice text = view->text;
    char *data = mem_new(text.len + 1, 1);
    uint32_t *places = mem_new(text.len + 1, sizeof *places);
    size_t len = 0, at = 0;

    while (at < text.len) {
        struct meaning meaning = {{text.data[at]}, 1};
        int used = escape((struct slice){text.data + at, text.len - at}, &meaning);

        if (used == INCOMPLETE && view->cut)
            break;
        for (size_t i = 0; i < meaning.count; i++) {
            data[len] = meaning.bytes[i];
            places[len++] = (uint32_t)view_place(view, at);
        }
        at += used > 0 ? (size_t)used : 1;
    }
    places[len] = (uint32_t)view_place(view, text.len);
    views->list[views->count++] = (struct view){{data, len}, places, view->cut, data, places};
}

static bool holds(const struct view *view, char lead)
{
    return memchr(view->text.data, lead, view->text.len) != NULL;
}

/* Adds `from` without one kind of escapes, for each kind that it holds. */
static void add_layer(struct views *views, const struct view *from)
{
    for (size_t i = 0; i < ESCAPES; i++)
        if (holds(from, escapes[i].sign))
            add_decoded(views, from, escapes[i].read);
}

void views_make(struct views *views, struct slice text, bool cut)
{
    size_t once;

    views->list[0] = (struct view){text, NULL, cut, NULL, NULL};
    views->count = 1;
    /* No text that comes here is as large; one that were would be searched as it stands. */
    if (text.len >= UINT32_MAX)
        return;
    add_layer(views, &views->list[0]);
    once = views->count;
    for (size_t i = 1; i < once; i++)
        add_layer(views, &views->list[i]);
}

void views_free(struct views *views)
{
    for (size_t i = 0; i < views->count; i++) {
        if (views->list[i].data)
            OPENSSL_cleanse(views->list[i].data, views->list[i].text.len);
        mem_free(views->list[i].data);
        mem_free(views->list[i].map);
    }
    views->count = 0;
}
