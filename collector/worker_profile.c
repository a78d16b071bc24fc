/* SPDX-License-Identifier: MIT */
#include "collector/worker_profile.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/suite.h"
#include "collector/transport.h"
#include "collector/worker_message.h"

enum { FILE_MOST = 256 * 1024 };

struct profile {
    struct tls_settings settings;
    struct buf message;
};

struct worker_profiles {
    struct transport *transport;
    struct profile *list;
    size_t count, room;
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Verification is a probe's own matter. */
static bool same(const struct tls_settings *a, const struct tls_settings *b)
{
    return same_text(a->ca, b->ca) && same_text(a->cert, b->cert) && same_text(a->key, b->key)
           && same_text(a->least, b->least);
}

static bool put_authorities(struct worker_profiles *profiles, const struct tls_settings *settings, struct buf *list)
{
    X509_STORE *store = transport_authorities(profiles->transport, settings->ca);
    STACK_OF(X509_OBJECT) *objects = store ? X509_STORE_get0_objects(store) : NULL;

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        unsigned char *der = NULL;
        int len = authority ? i2d_X509(authority, &der) : 0;

        if (len > 0)
            worker_put_bytes(list, (struct slice){(const char *)der, (size_t)len});
        OPENSSL_free(der);
    }
    /* Where nothing is verified nothing needs to be trusted. */
    return store || !settings->verify;
}

static bool put_file(const char *path, struct buf *out)
{
    FILE *file = path ? fopen(path, "re") : NULL;
    char text[FILE_MOST];
    size_t len;

    if (!path)
        worker_put_bytes(out, (struct slice){NULL, 0});
    if (!file)
        return !path;
    len = fread(text, 1, sizeof text, file);
    fclose(file);
    worker_put_bytes(out, (struct slice){text, len});
    OPENSSL_cleanse(text, sizeof text);
    return len > 0 && len < sizeof text;
}

static bool compose(struct worker_profiles *profiles, const struct tls_settings *settings, uint32_t id,
                    struct buf *message, const char **unread)
{
    struct buf list = BUF_INIT;
    size_t begin = worker_frame_begin(message, WORKER_PROFILE, id);
    const char *key = settings->key ? settings->key : settings->cert;
    bool ok = put_authorities(profiles, settings, &list);

    *unread = settings->ca;
    worker_put_bytes(message, buf_slice(&list));
    buf_free(&list);
    if (ok && !put_file(settings->cert, message)) {
        *unread = settings->cert;
        ok = false;
    }
    if (ok && !put_file(key, message)) {
        *unread = key;
        ok = false;
    }
    worker_put_bytes(message, slice_of(settings->least));
    worker_frame_end(message, begin);
    return ok && message->len <= WORKER_FRAME_MOST;
}

bool worker_profiles_find(struct worker_profiles *profiles, const struct tls_settings *settings, uint32_t *id,
                          const char **unread)
{
    struct profile new = {.settings = *settings, .message = BUF_INIT};

    for (size_t i = 0; i < profiles->count; i++) {
        if (same(&profiles->list[i].settings, settings)) {
            *id = (uint32_t)i + 1;
            return true;
        }
    }
    *id = (uint32_t)profiles->count + 1;
    if (!compose(profiles, settings, *id, &new.message, unread)) {
        buf_free(&new.message);
        return false;
    }
    profiles->list = mem_grow(profiles->list, profiles->count, &profiles->room, sizeof *profiles->list);
    profiles->list[profiles->count++] = new;
    return true;
}

size_t worker_profiles_put(const struct worker_profiles *profiles, size_t told, struct buf *out)
{
    for (size_t i = told; i < profiles->count; i++)
        buf_put_slice(out, buf_slice(&profiles->list[i].message));
    return profiles->count;
}

struct worker_profiles *worker_profiles_new(struct transport *transport)
{
    struct worker_profiles *profiles = mem_new(1, sizeof *profiles);

    profiles->transport = transport;
    return profiles;
}

void worker_profiles_free(struct worker_profiles *profiles)
{
    if (!profiles)
        return;
    for (size_t i = 0; i < profiles->count; i++) {
        if (profiles->list[i].message.room)
            OPENSSL_cleanse(profiles->list[i].message.data, profiles->list[i].message.len);
        buf_free(&profiles->list[i].message);
    }
    mem_free(profiles->list);
    mem_free(profiles);
}
