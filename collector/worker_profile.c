/* SPDX-License-Identifier: MIT */
#include "collector/worker_profile.h"

#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "collector/exchange.h"
#include "collector/request.h"
#include "collector/trust.h"
#include "collector/worker_message.h"

/* The paths are the suite's, and name what was read from them. */
struct settings {
    const char *ca, *cert, *key, *least;
};

struct profile {
    struct settings settings;
    struct buf message; /* with a key in it; empty: something cannot be read */
};

struct worker_profiles {
    struct trust *trust;
    struct profile *list;
    size_t count, room;
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same(const struct settings *a, const struct settings *b)
{
    return same_text(a->ca, b->ca) && same_text(a->cert, b->cert) && same_text(a->key, b->key)
           && same_text(a->least, b->least);
}

static struct settings settings_of(const struct exchange *exchange)
{
    const struct tls_settings *tls = &exchange->endpoint->tls;
    bool shown = exchange->request->verify && !exchange->foreign;

    return (struct settings){.ca = tls->ca,
                             .cert = shown ? tls->cert : NULL,
                             .key = shown && tls->cert ? tls->key : NULL,
                             .least = exchange->tls_least};
}

static bool put_authorities(X509_STORE *store, struct buf *message)
{
    STACK_OF(X509_OBJECT) *objects = store ? X509_STORE_get0_objects(store) : NULL;
    struct buf list = BUF_INIT;

    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509 *authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        unsigned char *der = NULL;
        int len = authority ? i2d_X509(authority, &der) : 0;

        if (len > 0)
            worker_put_bytes(&list, (struct slice){(const char *)der, (size_t)len});
        OPENSSL_free(der);
    }
    worker_put_bytes(message, buf_slice(&list));
    buf_free(&list);
    return store != NULL;
}

static void put_memory(BIO *bio, struct buf *message)
{
    char *text = NULL;
    long len = BIO_get_mem_data(bio, &text);

    worker_put_bytes(message, (struct slice){text, len > 0 ? (size_t)len : 0});
}

/* Certificate and key as PEM; absent where none is shown. */
static bool put_identity(const struct identity *identity, struct buf *message)
{
    BIO *certificate, *key;
    bool ok;

    if (!identity) {
        worker_put_bytes(message, (struct slice){NULL, 0});
        worker_put_bytes(message, (struct slice){NULL, 0});
        return true;
    }
    certificate = BIO_new(BIO_s_mem());
    key = BIO_new(BIO_s_secmem());
    ok = identity->leaf && certificate && key && PEM_write_bio_X509(certificate, identity->leaf)
         && PEM_write_bio_PrivateKey(key, identity->key, NULL, NULL, 0, NULL, NULL);
    for (int i = 0; ok && i < sk_X509_num(identity->chain); i++)
        ok = PEM_write_bio_X509(certificate, sk_X509_value(identity->chain, i));
    if (ok) {
        put_memory(certificate, message);
        put_memory(key, message);
    }
    BIO_free(certificate);
    BIO_free(key);
    return ok;
}

static void forget(struct buf *message)
{
    if (message->room)
        OPENSSL_cleanse(message->data, message->len);
    buf_free(message);
}

static struct profile *add(struct worker_profiles *profiles, const struct settings *settings)
{
    struct profile *profile;
    const struct identity *identity =
        settings->cert ? trust_identity(profiles->trust, settings->cert, settings->key) : NULL;
    struct buf *message;
    size_t begin;

    profiles->list = mem_grow(profiles->list, profiles->count, &profiles->room, sizeof *profiles->list);
    profile = &profiles->list[profiles->count++];
    *profile = (struct profile){.settings = *settings, .message = BUF_INIT};
    message = &profile->message;
    begin = worker_frame_begin(message, WORKER_PROFILE, (uint32_t)profiles->count);
    if (put_authorities(trust_authorities(profiles->trust, settings->ca), message)
        && put_identity(identity, message)) {
        worker_put_bytes(message, slice_of(settings->least));
        worker_frame_end(message, begin);
    } else {
        forget(message);
    }
    if (message->len > WORKER_FRAME_MOST)
        forget(message);
    return profile;
}

uint32_t worker_profiles_find(struct worker_profiles *profiles, const struct exchange *exchange)
{
    struct settings settings = settings_of(exchange);
    const struct profile *profile = NULL;

    for (size_t i = 0; i < profiles->count && !profile; i++)
        if (same(&profiles->list[i].settings, &settings))
            profile = &profiles->list[i];
    if (!profile)
        profile = add(profiles, &settings);
    return profile->message.len ? (uint32_t)(profile - profiles->list) + 1 : 0;
}

size_t worker_profiles_put(const struct worker_profiles *profiles, size_t told, struct buf *out)
{
    for (size_t i = told; i < profiles->count; i++)
        buf_put_slice(out, buf_slice(&profiles->list[i].message));
    return profiles->count;
}

struct worker_profiles *worker_profiles_new(struct trust *trust)
{
    struct worker_profiles *profiles = mem_new(1, sizeof *profiles);

    profiles->trust = trust;
    return profiles;
}

void worker_profiles_free(struct worker_profiles *profiles)
{
    if (!profiles)
        return;
    for (size_t i = 0; i < profiles->count; i++)
        forget(&profiles->list[i].message);
    mem_free(profiles->list);
    mem_free(profiles);
}
