/* SPDX-License-Identifier: MIT */
/* A probe as one line of shell. What a config or a redirect says must not be able to run anything in it, so every word
 * goes through one function. */
#include "diagnosis/command.h"

#include <ctype.h>
#include <strings.h>

#include "collector/probe.h"
#include "collector/suite.h"

#define BROKEN_SIGN " [broken by the experiment]"

static bool is_name(char byte, bool first)
{
    return isalpha((unsigned char)byte) || byte == '_' || (!first && isdigit((unsigned char)byte));
}

/* The length of the `${NAME}` that starts at `at`; 0: none does. */
static size_t variable_at(struct slice text, size_t at)
{
    size_t end = at + 2;

    if (text.len - at < 4 || text.data[at] != '$' || text.data[at + 1] != '{' || !is_name(text.data[end], true))
        return 0;
    while (end < text.len && is_name(text.data[end], false))
        end++;
    return end < text.len && text.data[end] == '}' ? end + 1 - at : 0;
}

static bool any_variable(struct slice text)
{
    for (size_t at = 0; at < text.len; at++)
        if (variable_at(text, at))
            return true;
    return false;
}

/* What no shell gives a meaning to, wherever it stands in a word. */
static bool is_plain(struct slice text)
{
    for (size_t at = 0; at < text.len; at++)
        if (!isalnum((unsigned char)text.data[at]) && (!text.data[at] || !strchr("_@%+=:,./-", text.data[at])))
            return false;
    return text.len > 0;
}

static void put_single(struct slice text, struct buf *out)
{
    buf_putc(out, '\'');
    for (size_t at = 0; at < text.len; at++) {
        if (text.data[at] == '\'')
            buf_puts(out, "'\\''");
        else if (text.data[at] != '\0')
            buf_putc(out, text.data[at]);
    }
    buf_putc(out, '\'');
}

/* In double quotes, so that variables are expanded, and never split or globbed. An interactive shell expands `!` there
 * too: it goes into single quotes of its own. */
static void put_double(struct slice text, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t at = 0; at < text.len; at++) {
        size_t variable = variable_at(text, at);
        char byte = text.data[at];

        if (variable) {
            bool braces = at + variable < text.len && is_name(text.data[at + variable], false);

            buf_printf(out, braces ? "${%.*s}" : "$%.*s", (int)variable - 3, text.data + at + 2);
            at += variable - 1;
        } else if (byte == '!') {
            buf_puts(out, "\"'!'\"");
        } else if (byte != '\0') {
            if (strchr("\\\"$`", byte))
                buf_putc(out, '\\');
            buf_putc(out, byte);
        }
    }
    buf_putc(out, '"');
}

void command_word(struct slice text, struct buf *out)
{
    if (any_variable(text))
        put_double(text, out);
    else if (is_plain(text))
        buf_put_slice(out, text);
    else
        put_single(text, out);
}

static void put_option(const char *option, struct slice value, struct buf *out)
{
    buf_printf(out, " %s ", option);
    command_word(value, out);
}

static bool is_header(const struct header *header, const char *name)
{
    return header->name.len == strlen(name) && strncasecmp(header->name.data, name, header->name.len) == 0;
}

/* A credential that an experiment broke is shown as the config has it, with a sign behind; one letter more breaks it
 * just as well. */
static struct slice without_sign(struct slice value, struct buf *spoiled)
{
    size_t sign = strlen(BROKEN_SIGN);

    if (value.len < sign || memcmp(value.data + value.len - sign, BROKEN_SIGN, sign) != 0)
        return value;
    buf_put(spoiled, value.data, value.len - sign);
    buf_putc(spoiled, 'x');
    return buf_slice(spoiled);
}

static void put_header(const struct header *header, struct buf *out)
{
    struct buf line = BUF_INIT, spoiled = BUF_INIT;
    struct slice value = without_sign(header->value, &spoiled);

    buf_put_slice(&line, header->name);
    if (value.len == 0) {
        buf_putc(&line, ';'); /* curl's way to send a header without a value */
    } else {
        buf_puts(&line, ": ");
        buf_put_slice(&line, value);
    }
    put_option("-H", buf_slice(&line), out);
    buf_free(&line);
    buf_free(&spoiled);
}

static void put_headers(const struct probe *probe, bool body, struct buf *out)
{
    bool typed = false;

    for (size_t i = 0; i < probe->request_count; i++) {
        const struct header *header = &probe->request[i];

        typed = typed || is_header(header, "Content-Type");
        if (is_header(header, "Host") || is_header(header, "Content-Length"))
            continue;
        if (is_header(header, "Accept") && slice_equals(header->value, slice_of("*/*")))
            continue;
        if (is_header(header, "Accept-Encoding"))
            buf_puts(out, " --compressed");
        else
            put_header(header, out);
    }
    if (body && !typed)
        buf_puts(out, " -H 'Content-Type:'"); /* or curl would say that it is a form */
}

/* Experiments on other addresses, and plain ones, are sent without the body. */
static bool sends_body(const struct endpoint *endpoint, const struct probe *probe)
{
    bool own = probe->question == QUESTION_NONE || probe->question == QUESTION_REPEAT
               || probe->question == QUESTION_WITHOUT_AUTHORIZATION
               || probe->question == QUESTION_BROKEN_AUTHORIZATION;

    return endpoint->body.shown && own && probe->candidate == 0 && !probe->upgrade;
}

static void put_method(const struct probe *probe, bool body, struct buf *out)
{
    const char *usual = body ? "POST" : "GET";

    if (strcmp(probe->method, "HEAD") == 0)
        buf_puts(out, " --head");
    else if (strcmp(probe->method, usual) != 0)
        put_option("-X", slice_of(probe->method), out);
}

static void put_trust(const struct endpoint *endpoint, const struct probe *probe, struct buf *out)
{
    if (endpoint->tls.ca)
        put_option("--cacert", slice_of(endpoint->tls.ca), out);
    if (!endpoint->tls.verify || probe->question == QUESTION_UNVERIFIED)
        buf_puts(out, " --insecure");
    for (size_t i = 0; i < endpoint->resolve_count; i++)
        put_option("--resolve", slice_of(endpoint->resolve[i].shown), out);
}

/* curl asks for an upgrade by headers, over http or https. */
static void put_url(const char *url, struct buf *out)
{
    struct buf address = BUF_INIT;
    size_t len = strcspn(url, "#");
    bool socket = strncmp(url, "ws:", 3) == 0 || strncmp(url, "wss:", 4) == 0;

    if (strpbrk(url, "[]{}"))
        buf_puts(out, " --globoff");
    if (socket) {
        buf_puts(&address, "http");
        url += 2;
        len -= 2;
    }
    buf_put(&address, url, len);
    buf_putc(out, ' ');
    command_word(buf_slice(&address), out);
    buf_free(&address);
}

void command_of_probe(const struct suite *suite, const struct probe *probe, struct buf *out)
{
    const struct endpoint *endpoint = &suite->endpoints[probe->endpoint];
    bool body = sends_body(endpoint, probe);

    buf_puts(out, "curl -sS -i --path-as-is --noproxy '*'");
    if (probe->upgrade || (probe->http_version && strcmp(probe->http_version, "1.1") == 0))
        buf_puts(out, " --http1.1");
    buf_printf(out, " --max-time %lld", (long long)((endpoint->timeout_us + 999999) / 1000000));
    put_method(probe, body, out);
    put_trust(endpoint, probe, out);
    put_headers(probe, body, out);
    if (body)
        put_option("--data-raw", slice_of(endpoint->body.shown), out);
    put_url(probe->url, out);
}
