/* SPDX-License-Identifier: MIT */
#include "collector/probe_share.h"

#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "collector/probe.h"

static void share(struct intern *intern, struct slice *slice)
{
    *slice = intern_slice(intern, *slice);
}

static void share_text(struct intern *intern, const char **text)
{
    *text = intern_text(intern, *text);
}

/* A copy of a list whose items can be changed; its bytes, also those between fields, depend only on the items. */
static void *own(struct probe *probe, const void *list, size_t count, size_t size)
{
    void *copy = arena_new(&probe->arena, count, size);

    if (count)
        memcpy(copy, list, count * size);
    return copy;
}

static const struct header *share_headers(struct probe *probe, struct intern *intern, const struct header *list,
                                          size_t count)
{
    struct header *copy = own(probe, list, count, sizeof *copy);

    for (size_t i = 0; i < count; i++) {
        share(intern, &copy[i].name);
        share(intern, &copy[i].value);
    }
    return intern_array(intern, copy, count, sizeof *copy);
}

static const struct hop *share_hops(struct probe *probe, struct intern *intern)
{
    struct hop *copy = own(probe, probe->hops, probe->hop_count, sizeof *copy);

    for (size_t i = 0; i < probe->hop_count; i++) {
        share_text(intern, &copy[i].url);
        share(intern, &copy[i].location);
        share(intern, &copy[i].address);
    }
    return intern_array(intern, copy, probe->hop_count, sizeof *copy);
}

static const struct token *share_tokens(struct probe *probe, struct intern *intern)
{
    struct token *copy = own(probe, probe->tokens, probe->token_count, sizeof *copy);

    for (size_t i = 0; i < probe->token_count; i++) {
        share_text(intern, &copy[i].header);
        share(intern, &copy[i].algorithm);
        share(intern, &copy[i].issuer);
        share(intern, &copy[i].audience);
        share(intern, &copy[i].scope);
    }
    return intern_array(intern, copy, probe->token_count, sizeof *copy);
}

static const struct certificate *share_chain(struct probe *probe, struct intern *intern)
{
    struct certificate *copy = own(probe, probe->certificates, probe->certificate_count, sizeof *copy);

    for (size_t i = 0; i < probe->certificate_count; i++) {
        share(intern, &copy[i].subject);
        share(intern, &copy[i].issuer);
        share(intern, &copy[i].names);
        share(intern, &copy[i].serial);
        share(intern, &copy[i].key);
        share(intern, &copy[i].sha256);
    }
    return intern_array(intern, copy, probe->certificate_count, sizeof *copy);
}

static const struct message *share_messages(struct probe *probe, struct intern *intern)
{
    struct message *copy = own(probe, probe->messages, probe->message_count, sizeof *copy);

    for (size_t i = 0; i < probe->message_count; i++)
        share(intern, &copy[i].data);
    return intern_array(intern, copy, probe->message_count, sizeof *copy);
}

static const struct judgement *share_judgements(struct probe *probe, struct intern *intern)
{
    struct judgement *copy = own(probe, probe->judgements, probe->judgement_count, sizeof *copy);

    for (size_t i = 0; i < probe->judgement_count; i++) {
        share_text(intern, &copy[i].expected);
        share(intern, &copy[i].actual);
        share_text(intern, &copy[i].reason);
    }
    return intern_array(intern, copy, probe->judgement_count, sizeof *copy);
}

void probe_share(struct probe *probe, struct intern *intern)
{
    const char **const texts[] = {&probe->method, &probe->url,          &probe->withheld,
                                  &probe->varied, &probe->proxy,        &probe->final_url,
                                  &probe->code,   &probe->http_version, &probe->all_addresses};
    struct slice *const slices[] = {&probe->detail,      &probe->address,     &probe->system_address,
                                    &probe->reason,      &probe->body,        &probe->body_sha256,
                                    &probe->location,    &probe->tls_version, &probe->tls_cipher,
                                    &probe->subprotocol, &probe->extensions,  &probe->close_reason};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        share_text(intern, texts[i]);
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        share(intern, slices[i]);
    probe->request = share_headers(probe, intern, probe->request, probe->request_count);
    probe->headers = share_headers(probe, intern, probe->headers, probe->header_count);
    probe->hops = share_hops(probe, intern);
    probe->tokens = share_tokens(probe, intern);
    probe->certificates = share_chain(probe, intern);
    probe->messages = share_messages(probe, intern);
    probe->judgements = share_judgements(probe, intern);
    arena_free(&probe->arena);
}
