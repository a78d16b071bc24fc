/* SPDX-License-Identifier: MIT */
#include "collector/websocket_tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "collector/worker_message.h"

enum { CHAIN_MOST = 10 };

static void tell_chain(const struct websocket_tls_watch *watch, int fd, STACK_OF(X509) * sent)
{
    for (int i = 0; i < sk_X509_num(sent) && i < CHAIN_MOST; i++) {
        unsigned char *der = NULL;
        int len = i2d_X509(sk_X509_value(sent, i), &der);

        if (len > 0)
            watch->certificate(watch->self, fd, (struct slice){(const char *)der, (size_t)len});
        OPENSSL_free(der);
    }
}

static bool fits_name(X509 *leaf, const char *name)
{
    return X509_check_ip_asc(leaf, name, 0) == 1 || X509_check_host(leaf, name, strlen(name), 0, NULL) == 1;
}

/* Until the handshake is over the cipher counts as pending. */
static const char *cipher_name(const SSL *ssl)
{
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);

    return SSL_CIPHER_get_name(cipher ? cipher : SSL_get_current_cipher(ssl));
}

static int on_verify(X509_STORE_CTX *context, void *self)
{
    const struct websocket_tls_watch *watch = self;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    bool verify = true;
    int fd = ssl ? SSL_get_fd(ssl) : -1;
    const char *name = watch->wanted(watch->self, fd, &verify);
    X509 *leaf = X509_STORE_CTX_get0_cert(context);

    if (!name || !leaf)
        return 0;
    tell_chain(watch, fd, X509_STORE_CTX_get0_untrusted(context));
    if (X509_verify_cert(context) > 0 && !fits_name(leaf, name))
        X509_STORE_CTX_set_error(context, X509_V_ERR_HOSTNAME_MISMATCH);
    watch->verified(watch->self, fd, X509_STORE_CTX_get_error(context), SSL_get_version(ssl), cipher_name(ssl));
    if (!verify) /* libwebsockets looks at the result once more */
        X509_STORE_CTX_set_error(context, X509_V_OK);
    return X509_STORE_CTX_get_error(context) == X509_V_OK;
}

static void on_info(const SSL *ssl, int where, int result)
{
    const struct websocket_tls_watch *watch = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    unsigned long error = ERR_peek_last_error();
    char words[256];

    if ((where & SSL_CB_EXIT) && result <= 0 && error) {
        ERR_error_string_n(error, words, sizeof words);
        watch->complained(watch->self, SSL_get_fd(ssl), words);
    } else if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (result >> 8) == SSL3_AL_FATAL) {
        snprintf(words, sizeof words, "alert %s", SSL_alert_desc_string_long(result));
        watch->complained(watch->self, SSL_get_fd(ssl), words);
    }
}

static bool trust(SSL_CTX *context, struct slice list)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    struct worker_reader reader = {list, false};
    bool ok = true;

    /* As libcurl and curl(1) do: an intermediate authority may be trusted by itself. */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    while (ok && reader.left.len) {
        struct slice der = worker_get_bytes(&reader);
        const unsigned char *place = (const unsigned char *)der.data;
        X509 *authority = der.data ? d2i_X509(NULL, &place, (long)der.len) : NULL;

        ok = authority && X509_STORE_add_cert(store, authority) == 1;
        X509_free(authority);
    }
    return ok && !reader.spoilt;
}

static bool use_certificate(SSL_CTX *context, struct slice pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    X509 *leaf = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    bool ok = leaf && SSL_CTX_use_certificate(context, leaf) == 1;
    X509 *more;

    while (ok && (more = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        ok = SSL_CTX_add0_chain_cert(context, more) == 1;
        if (!ok)
            X509_free(more);
    }
    ERR_clear_error(); /* the end of the text counts as one */
    X509_free(leaf);
    BIO_free(bio);
    return ok;
}

/* A key with a passphrase is none: there is nobody to ask. */
static int no_passphrase(char *place, int room, int writing, void *self)
{
    (void)place;
    (void)room;
    (void)writing;
    (void)self;
    return -1;
}

static bool use_key(SSL_CTX *context, struct slice pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    bool ok = key && SSL_CTX_use_PrivateKey(context, key) == 1 && SSL_CTX_check_private_key(context) == 1;

    EVP_PKEY_free(key);
    BIO_free(bio);
    return ok;
}

static bool set_least(SSL_CTX *context, struct slice version)
{
    static const struct {
        const char *word;
        int number;
    } versions[] = {{"1.0", TLS1_VERSION}, {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}};

    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (slice_equals(version, slice_of(versions[i].word)))
            return SSL_CTX_set_min_proto_version(context, versions[i].number) == 1;
    return false;
}

SSL_CTX *websocket_tls_new(struct slice payload, const struct websocket_tls_watch *watch)
{
    struct worker_reader reader = {payload, false};
    struct slice authorities = worker_get_bytes(&reader), certificate = worker_get_bytes(&reader);
    struct slice key = worker_get_bytes(&reader), least = worker_get_bytes(&reader);
    SSL_CTX *context = reader.spoilt ? NULL : SSL_CTX_new(TLS_client_method());

    if (!context)
        return NULL;
    SSL_CTX_set_app_data(context, (void *)(uintptr_t)watch);
    SSL_CTX_set_cert_verify_callback(context, on_verify, (void *)(uintptr_t)watch);
    SSL_CTX_set_info_callback(context, on_info);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (trust(context, authorities) && (!least.data || set_least(context, least))
        && (!certificate.data || (use_certificate(context, certificate) && use_key(context, key))))
        return context;
    SSL_CTX_free(context);
    ERR_clear_error();
    return NULL;
}
