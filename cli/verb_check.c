/* SPDX-License-Identifier: MIT */
/* check: the document of check_document.h as it is, or in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/check_document.h"
#include "cli/session.h"
#include "cli/verbs.h"

enum { NAMES_SHOWN = 3 };

/* `text` is the config's: what a terminal would obey is shown as escapes. */
static void print_between(const char *before, const char *text, const char *after)
{
    struct buf safe = BUF_INIT;

    utf8_escape(&safe, slice_of(text ? text : ""));
    printf("%s%s%s", before, safe.data, after);
    buf_free(&safe);
}

/* NULL: it is not there. */
static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static long long number_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

static bool flag_of(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

/* The line "INDENT WORDS TEXT", where there is such a text. */
static void print_line(const char *indent, const char *words, const char *text)
{
    if (!text)
        return;
    printf("%s%s ", indent, words);
    print_between("", text, "\n");
}

static void print_member(const char *indent, const char *words, const json_t *object, const char *key)
{
    print_line(indent, words, text_of(object, key));
}

static void print_list(const char *indent, const char *words, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        print_line(indent, words, json_string_value(json_array_get(list, i)));
}

static void print_sent(const char *indent, const json_t *endpoint)
{
    const json_t *headers = json_object_get(endpoint, "headers");

    for (size_t i = 0; i < json_array_size(headers); i++) {
        const json_t *header = json_array_get(headers, i);

        printf("%ssends ", indent);
        print_between("", text_of(header, "name"), ": ");
        print_between("", text_of(header, "value"), "\n");
    }
    print_member(indent, "sends Origin:", endpoint, "origin_header");
    print_member(indent, "sends the body", endpoint, "body");
    print_list(indent, "offers the subprotocol", json_object_get(endpoint, "subprotocols"));
    print_list(indent, "sends the message", json_object_get(endpoint, "sends"));
}

/* What is as usual needs no line. */
static void print_way(const char *indent, const json_t *endpoint)
{
    const json_t *tls = json_object_get(endpoint, "tls");
    const char *http = text_of(endpoint, "http"), *ip = text_of(endpoint, "ip");

    if (http && strcmp(http, "negotiated") != 0)
        printf("%sspeaks HTTP/%s\n", indent, http);
    if (strcmp(ip, "any") != 0)
        printf("%suses addresses of IPv%s alone\n", indent, ip);
    if (strcmp(text_of(endpoint, "dns"), "fresh") == 0)
        printf("%slooks its name up afresh for each attempt\n", indent);
    print_list(indent, "resolves", json_object_get(endpoint, "resolve"));
    if (flag_of(endpoint, "reuse"))
        printf("%smay use a connection again\n", indent);
    if (flag_of(endpoint, "deflate"))
        printf("%soffers permessage-deflate\n", indent);
    if (number_of(endpoint, "follow"))
        printf("%sfollows at most %lld redirect%s\n", indent, number_of(endpoint, "follow"),
               number_of(endpoint, "follow") == 1 ? "" : "s");
    if (number_of(endpoint, "tolerate"))
        printf("%stolerates %lld failed attempt%s\n", indent, number_of(endpoint, "tolerate"),
               number_of(endpoint, "tolerate") == 1 ? "" : "s");
    print_member(indent, "goes through the proxy", endpoint, "proxy");
    print_member(indent, "trusts the authorities of", tls, "ca");
    print_member(indent, "shows the certificate", tls, "cert");
    print_member(indent, "with the key", tls, "key");
    print_member(indent, "speaks no TLS below", tls, "min");
    if (!flag_of(tls, "verify"))
        printf("%stakes any certificate\n", indent);
}

static void print_asked(const char *indent, const json_t *endpoint)
{
    const char *method = strcmp(text_of(endpoint, "kind"), "websocket") == 0 ? "upgrade" : text_of(endpoint, "method");

    printf("%s%s ", indent, method);
    print_between("", text_of(endpoint, "url"), "");
    printf(", %lld attempt%s of at most %.3g s\n", number_of(endpoint, "attempts"),
           number_of(endpoint, "attempts") == 1 ? "" : "s", json_real_value(json_object_get(endpoint, "timeout_s")));
    print_sent(indent, endpoint);
    print_way(indent, endpoint);
    print_list(indent, "expects that", json_object_get(endpoint, "expectations"));
}

static void print_endpoint(const json_t *endpoint)
{
    const json_t *candidates = json_object_get(endpoint, "candidates");

    print_between("\n", text_of(endpoint, "name"), " (");
    printf("%s, %s)\n", text_of(endpoint, "kind"), text_of(endpoint, "role"));
    print_asked("  ", endpoint);
    for (size_t i = 0; i < json_array_size(candidates); i++) {
        const json_t *candidate = json_array_get(candidates, i);
        const json_t *settings = json_object_get(candidate, "settings");

        print_between("  where it fails, asks also ", text_of(candidate, "url"),
                      settings ? ", in its own way:\n" : "\n");
        if (settings)
            print_asked("    ", settings);
    }
}

static void print_ticket(const json_t *ticket)
{
    const json_t *endpoints = json_object_get(ticket, "endpoints");
    const json_t *fixed = json_object_get(ticket, "on_fixed");

    print_between("  ", text_of(ticket, "id"), "");
    if (text_of(ticket, "tracker"))
        print_between(" on ", text_of(ticket, "tracker"), "");
    if (text_of(ticket, "title"))
        print_between(": ", text_of(ticket, "title"), "");
    for (size_t i = 0; i < json_array_size(endpoints); i++)
        print_between(i ? ", `" : "; about `", json_string_value(json_array_get(endpoints, i)), "`");
    if (fixed) {
        printf("; after %lld good night%s", number_of(fixed, "nights"), number_of(fixed, "nights") == 1 ? "" : "s");
        if (text_of(fixed, "label"))
            print_between(" labelled ", text_of(fixed, "label"), "");
        printf("%s%s", flag_of(fixed, "comment") ? " commented" : "", flag_of(fixed, "close") ? " closed" : "");
    }
    puts("");
}

static void print_tracker(const json_t *tracker)
{
    print_between("  ", text_of(tracker, "name"), "");
    printf(" (%s", text_of(tracker, "kind"));
    if (text_of(tracker, "format"))
        print_between(", ", text_of(tracker, "format"), "");
    printf(")");
    if (text_of(tracker, "url"))
        print_between(" at ", text_of(tracker, "url"), "");
    if (text_of(tracker, "project"))
        print_between(", project ", text_of(tracker, "project"), "");
    if (text_of(tracker, "token"))
        print_between(", token ", text_of(tracker, "token"), "");
    if (text_of(tracker, "token_file"))
        print_between(", token from the file ", text_of(tracker, "token_file"), "");
    if (text_of(tracker, "token_command"))
        print_between(", token from the command ", text_of(tracker, "token_command"), "");
    if (text_of(tracker, "command"))
        print_between(", by the command ", text_of(tracker, "command"), "");
    puts("");
}

static void print_secret(const json_t *secret)
{
    const json_t *endpoints = json_object_get(secret, "endpoints");
    const char *name = text_of(secret, "variable");
    size_t count = json_array_size(endpoints);

    print_between("  ", name ? name : "a value that stands in the config", "");
    print_between(" to ", text_of(secret, "origin"), "");
    print_between(", in ", text_of(secret, "in"), " of ");
    for (size_t k = 0; k < count && k < NAMES_SHOWN; k++)
        print_between(k ? ", `" : "`", json_string_value(json_array_get(endpoints, k)), "`");
    if (count > NAMES_SHOWN)
        printf(" and %zu more", count - NAMES_SHOWN);
    printf("%s\n", name ? "" : ": as it is no ${VARIABLE}, it will be recorded and shown");
}

static void print_missing(const json_t *variable)
{
    const json_t *wanting = json_object_get(variable, "wanted_by");

    print_between("  ", text_of(variable, "name"), ": ");
    for (size_t i = 0; i < json_array_size(wanting); i++)
        printf("%s`%s`",
               !i                                 ? ""
               : i + 1 < json_array_size(wanting) ? ", "
                                                  : " and ",
               json_string_value(json_array_get(wanting, i)));
    puts(json_array_size(wanting) == 1 ? " wants it" : " want it");
}

/* The head, where there is anything to stand under it. */
static void print_each(const json_t *document, const char *key, const char *head, void (*print)(const json_t *item))
{
    const json_t *list = json_object_get(document, key);

    if (json_array_size(list) && head)
        printf("\n%s\n", head);
    for (size_t i = 0; i < json_array_size(list); i++)
        print(json_array_get(list, i));
}

static void print_plan(const json_t *document)
{
    const json_t *endpoints = json_object_get(document, "endpoints");
    const json_t *ignored = json_object_get(document, "ignored_variables");
    size_t count = json_array_size(endpoints);
    long long attempts = 0;

    for (size_t i = 0; i < count; i++)
        attempts += number_of(json_array_get(endpoints, i), "attempts");
    print_between("", text_of(document, "config"), " is valid: ");
    print_between("suite `", text_of(document, "suite"), "`");
    printf(", %zu endpoint%s, %lld attempts, %lld in flight at most, %lld to one host\n", count, count == 1 ? "" : "s",
           attempts, number_of(document, "concurrency"), number_of(document, "max_per_host"));
    print_each(document, "endpoints", NULL, print_endpoint);
    print_each(document, "tickets", "Tickets", print_ticket);
    print_each(document, "trackers", "Trackers", print_tracker);
    print_each(document, "secrets", "Secrets, and the only origins that get them", print_secret);
    print_each(document, "missing_variables", "Variables without a value", print_missing);
    for (size_t i = 0; i < json_array_size(ignored); i++)
        printf("%s%s", i ? ", " : "\nSet in the environment and ignored, as only `proxy:` is used: ",
               json_string_value(json_array_get(ignored, i)));
    if (json_array_size(ignored))
        puts("");
}

bool verb_check(const struct arguments *arguments, enum exit_status *status, struct error *err)
{
    struct session session = {0};
    bool ok = session_load(&session, arguments, VARIABLES_OPTIONAL, err);
    json_t *document = ok ? check_document(&session) : NULL;
    char *text = ok && arguments->json ? json_dumps(document, JSON_INDENT(2)) : NULL;

    (void)status;
    if (text)
        puts(text);
    else if (ok)
        print_plan(document);
    free(text);
    json_decref(document);
    session_close(&session);
    return ok;
}
