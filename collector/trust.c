/* SPDX-License-Identifier: MIT */
#include "collector/trust.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

struct authorities {
    char *path;        /* NULL: the system's */
    X509_STORE *store; /* NULL: it cannot be read */
};

struct known_identity {
    char *cert, *key;
    struct identity identity;
};

struct trust {
    struct authorities *authorities;
    size_t authority_count, authority_room;
    struct known_identity **identities; /* by themselves, since they are lent out */
    size_t identity_count, identity_room;
};

struct trust *trust_new(void)
{
    return mem_new(1, sizeof(struct trust));
}

static char *copy(const char *text)
{
    return text ? mem_copy(text, strlen(text)) : NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void trust_free(struct trust *trust)
{
    if (!trust)
        return;
    for (size_t i = 0; i < trust->authority_count; i++) {
        mem_free(trust->authorities[i].path);
        X509_STORE_free(trust->authorities[i].store);
    }
    for (size_t i = 0; i < trust->identity_count; i++) {
        struct known_identity *known = trust->identities[i];

        mem_free(known->cert);
        mem_free(known->key);
        mem_free(known->identity.fault);
        X509_free(known->identity.leaf);
        sk_X509_pop_free(known->identity.chain, X509_free);
        EVP_PKEY_free(known->identity.key);
        mem_free(known);
    }
    mem_free(trust->authorities);
    mem_free(trust->identities);
    mem_free(trust);
}

static X509_STORE *read_authorities(const char *path)
{
    X509_STORE *store = X509_STORE_new();
    const char *file = path;
    CURL *easy = NULL;

    if (!file && (easy = curl_easy_init()))
        curl_easy_getinfo(easy, CURLINFO_CAINFO, &file);
    if (store && file && X509_STORE_load_file(store, file)) {
        /* As libcurl and curl(1) do: an intermediate authority in the file may be trusted by itself. */
        X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    } else {
        X509_STORE_free(store);
        store = NULL;
        ERR_clear_error();
    }
    curl_easy_cleanup(easy);
    /* The first context that OpenSSL makes takes milliseconds too. */
    SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
    return store;
}

X509_STORE *trust_authorities(struct trust *trust, const char *path)
{
    struct authorities *new;

    for (size_t i = 0; i < trust->authority_count; i++)
        if (same(trust->authorities[i].path, path))
            return trust->authorities[i].store;
    trust->authorities =
        mem_grow(trust->authorities, trust->authority_count, &trust->authority_room, sizeof *trust->authorities);
    new = &trust->authorities[trust->authority_count++];
    *new = (struct authorities){copy(path), read_authorities(path)};
    return new->store;
}

/* OpenSSL would ask for it on the terminal. */
static int no_passphrase(char *text, int size, int writing, void *self)
{
    (void)text;
    (void)size;
    (void)writing;
    *(bool *)self = true;
    return -1;
}

static char *fault_of(const char *path, const char *what)
{
    char *fault = NULL;

    return asprintf(&fault, "%s %s", path, what) < 0 ? copy(what) : fault;
}

static void read_certificates(FILE *file, struct identity *identity)
{
    X509 *further;

    identity->leaf = PEM_read_X509_AUX(file, NULL, NULL, NULL);
    identity->chain = sk_X509_new_null();
    while (identity->leaf && identity->chain && (further = PEM_read_X509(file, NULL, NULL, NULL)))
        if (!sk_X509_push(identity->chain, further))
            X509_free(further);
}

static void read_identity(const char *cert, const char *key, struct identity *identity)
{
    const char *key_path = key ? key : cert;
    FILE *cert_file = fopen(cert, "re"), *key_file = fopen(key_path, "re");
    bool passphrase = false;

    if (cert_file)
        read_certificates(cert_file, identity);
    if (key_file)
        identity->key = PEM_read_PrivateKey(key_file, NULL, no_passphrase, &passphrase);
    if (!identity->leaf)
        identity->fault = fault_of(cert, "holds no certificate that can be read");
    else if (passphrase)
        identity->fault = fault_of(key_path, "is protected by a passphrase; give a key without one, with mode 0600");
    else if (!identity->key)
        identity->fault = fault_of(key_path, "holds no key that can be read");
    else if (!X509_check_private_key(identity->leaf, identity->key))
        identity->fault = fault_of(key_path, "is not the key of the certificate");
    if (identity->fault) {
        X509_free(identity->leaf);
        identity->leaf = NULL;
    }
    if (cert_file)
        fclose(cert_file);
    if (key_file)
        fclose(key_file);
    ERR_clear_error();
}

const struct identity *trust_identity(struct trust *trust, const char *cert, const char *key)
{
    struct known_identity *new;

    for (size_t i = 0; i < trust->identity_count; i++)
        if (same(trust->identities[i]->cert, cert) && same(trust->identities[i]->key, key))
            return &trust->identities[i]->identity;
    trust->identities =
        mem_grow(trust->identities, trust->identity_count, &trust->identity_room, sizeof(struct known_identity *));
    new = mem_new(1, sizeof *new);
    trust->identities[trust->identity_count++] = new;
    new->cert = copy(cert);
    new->key = copy(key);
    read_identity(cert, key, &new->identity);
    return &new->identity;
}
