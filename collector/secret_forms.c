/* SPDX-License-Identifier: MIT */
/* The forms in which a server may echo a secret: plain, base64 (RFC 4648) at any alignment, and hexadecimal as debug
 * pages dump it. They are searched in every view of the text; the search is linear. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collector/redaction.h"

enum { TAIL_LEAST = 3 }; /* a cut tail of fewer characters says nothing of a secret */

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

static void add_hex(struct secret *secret, const char *digits)
{
    struct needle_form *form = &secret->forms[secret->form_count++];

    *form = (struct needle_form){.data = mem_new(2 * secret->len, 1), .len = 2 * secret->len};
    for (size_t i = 0; i < secret->len; i++) {
        form->data[2 * i] = digits[(unsigned char)secret->value[i] >> 4];
        form->data[2 * i + 1] = digits[(unsigned char)secret->value[i] & 15];
    }
}

void secret_forms_make(struct secret *secret)
{
    secret->forms[0] = (struct needle_form){.data = mem_copy(secret->value, secret->len),
                                            .len = secret->len,
                                            .forms_blank = memchr(secret->value, ' ', secret->len) != NULL};
    secret->form_count = 1;
    for (size_t lead = 0; lead < 3; lead++) {
        add_base64(secret, lead, false);
        add_base64(secret, lead, true);
    }
    add_hex(secret, "0123456789abcdef");
    add_hex(secret, "0123456789ABCDEF");
}

void secret_forms_wipe(struct secret *secret)
{
    for (size_t i = 0; i < secret->form_count; i++) {
        OPENSSL_cleanse(secret->forms[i].data, secret->forms[i].len);
        mem_free(secret->forms[i].data);
    }
    secret->form_count = 0;
}

/* Forms write a blank as a plus sign (application/x-www-form-urlencoded), and some of what encodes does for one only. */
static bool starts_with(const char *text, const struct needle_form *form, size_t len)
{
    if (!form->forms_blank)
        return memcmp(text, form->data, len) == 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] != form->data[i] && !(form->data[i] == ' ' && text[i] == '+'))
            return false;
    return true;
}

/* The next place of `form` from `text` on; NULL: there is none. */
static const char *next_place(const char *text, size_t len, const struct needle_form *form)
{
    const char *end = text + len;
    char first = form->data[0];

    if (!form->forms_blank)
        return memmem(text, len, form->data, form->len);
    while ((size_t)(end - text) >= form->len) {
        if ((*text == first || (first == ' ' && *text == '+')) && starts_with(text, form, form->len))
            return text;
        text++;
    }
    return NULL;
}

/* The longest tail of a cut text that is the start of `form`: the rest of it may be what was cut. */
static size_t cut_tail(const struct view *view, const struct needle_form *form)
{
    size_t most = form->len - 1 < view->text.len ? form->len - 1 : view->text.len;

    for (size_t len = most; len >= TAIL_LEAST; len--)
        if (starts_with(view->text.data + view->text.len - len, form, len))
            return len;
    return 0;
}

static void find_form(const struct view *view, const struct needle_form *form, const char *marker,
                      struct redactions *redactions)
{
    const char *text = view->text.data;
    const char *end = text + view->text.len;
    const char *hit = text;
    size_t tail;

    while ((hit = next_place(hit, (size_t)(end - hit), form))) {
        size_t start = (size_t)(hit - text), stop = start + form->len;

        if (form->before && start > 0 && is_base64(text[start - 1]))
            start--;
        if (form->after && stop < view->text.len && is_base64(text[stop]))
            stop++;
        redactions_add(redactions, view_place(view, start), view_place(view, stop), marker, REDACTION_REGISTERED);
        hit += form->len;
    }
    tail = view->cut && form->len > TAIL_LEAST ? cut_tail(view, form) : 0;
    if (tail)
        redactions_add(redactions, view_place(view, view->text.len - tail), view_place(view, view->text.len), marker,
                       REDACTION_REGISTERED);
}

void secret_forms_find(const struct secret *secret, const char *marker, const struct view *view,
                       struct redactions *redactions)
{
    for (size_t i = 0; i < secret->form_count; i++)
        find_form(view, &secret->forms[i], marker, redactions);
}
