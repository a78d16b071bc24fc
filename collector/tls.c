/* SPDX-License-Identifier: MIT */
#include "collector/tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "collector/certificate.h"
#include "collector/exchange.h"
#include "collector/failure.h"
#include "collector/probe.h"
#include "collector/request.h"
#include "collector/suite.h"
#include "collector/trust.h"

void tls_open(struct tls *tls, struct trust *trust, const struct exchange *exchange, bool kept)
{
    const struct tls_settings *settings = &exchange->endpoint->tls;

    *tls = (struct tls){.exchange = exchange, .kept = kept};
    if (!exchange->request->tls)
        return;
    tls->authorities = trust_authorities(trust, settings->ca);
    /* Who does not prove its name learns nothing of ours, and neither does another origin. */
    if (settings->cert && exchange->request->verify && !exchange->foreign)
        tls->identity = trust_identity(trust, settings->cert, settings->key);
}

void tls_close(struct tls *tls)
{
    for (size_t i = 0; i < tls->certificate_count; i++)
        X509_free(tls->certificates[i]);
    *tls = (struct tls){0};
}

/* Until the handshake is over the cipher counts as pending. */
static const char *cipher_name(const SSL *ssl)
{
    const SSL_CIPHER *cipher = SSL_get_pending_cipher(ssl);

    return SSL_CIPHER_get_name(cipher ? cipher : SSL_get_current_cipher(ssl));
}

/* With verification off OpenSSL still calls this and ignores the answer, so that its result is known. */
static int on_verify(X509_STORE_CTX *context, void *self)
{
    struct tls *tls = self;
    STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(context);
    const SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
    int ok;

    for (int i = 0; i < sk_X509_num(sent) && tls->certificate_count < CERTIFICATES_MOST; i++) {
        X509 *certificate = sk_X509_value(sent, i);

        if (X509_up_ref(certificate))
            tls->certificates[tls->certificate_count++] = certificate;
    }
    ok = X509_verify_cert(context);
    tls->verified = true;
    tls->verify = X509_STORE_CTX_get_error(context);
    if (ssl) {
        tls->version = SSL_get_version(ssl);
        tls->cipher = cipher_name(ssl);
    }
    return ok > 0 || !tls->exchange->request->verify;
}

/* Called when the server asks for a certificate of ours. */
static int on_identity_wanted(SSL *ssl, void *self)
{
    struct tls *tls = self;

    (void)ssl;
    tls->identity_wanted = true;
    return 1;
}

/* What is too old for the library's own level of security is spoken only where the config says so. */
static bool set_least(SSL_CTX *context, const char *least)
{
    static const struct {
        const char *word;
        int version, level;
    } versions[] = {{"1.0", TLS1_VERSION, 0},
                    {"1.1", TLS1_1_VERSION, 0},
                    {"1.2", TLS1_2_VERSION, -1},
                    {"1.3", TLS1_3_VERSION, -1}};

    for (size_t i = 0; least && i < sizeof versions / sizeof *versions; i++) {
        if (strcmp(least, versions[i].word) != 0)
            continue;
        if (versions[i].level >= 0)
            SSL_CTX_set_security_level(context, versions[i].level);
        return SSL_CTX_set_min_proto_version(context, versions[i].version) == 1;
    }
    return true;
}

CURLcode tls_on_context(CURL *easy, void *context, void *self)
{
    struct tls *tls = self;
    const struct identity *identity = tls->identity;

    (void)easy;
    tls->begun = mono_now();
    if (tls->authorities)
        SSL_CTX_set1_cert_store(context, tls->authorities);
    SSL_CTX_set_cert_verify_callback(context, on_verify, tls);
    SSL_CTX_set_cert_cb(context, on_identity_wanted, tls);
    if (tls->kept) {
        /* It may outlive `tls`, which a second handshake on it would call back. */
        SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
        SSL_CTX_set_post_handshake_auth(context, 0);
    }
    if (!set_least(context, tls->exchange->tls_least))
        return CURLE_SSL_CIPHER;
    if (identity && !SSL_CTX_use_cert_and_key(context, identity->leaf, identity->key, identity->chain, 1))
        return CURLE_SSL_CERTPROBLEM;
    return CURLE_OK;
}

static bool expects_certificate(const struct endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->expectation_count; i++)
        if (endpoint->expectations[i].subject == EXPECT_CERTIFICATE)
            return true;
    return false;
}

/* A connection that was open has had its handshake in another attempt; what OpenSSL knows of it is still true. */
void tls_read_open(struct tls *tls, CURL *easy)
{
    const struct curl_tlssessioninfo *session = NULL;
    const SSL *ssl;
    STACK_OF(X509) * sent;

    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session
        || session->backend != CURLSSLBACKEND_OPENSSL || !session->internals)
        return;
    ssl = session->internals;
    tls->version = SSL_get_version(ssl);
    tls->cipher = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl));
    tls->verified = true;
    tls->verify = (int)SSL_get_verify_result(ssl);
    /* Reading them for every probe would cost more than the probe. */
    sent = expects_certificate(tls->exchange->endpoint) ? SSL_get_peer_cert_chain(ssl) : NULL;
    for (int i = 0; i < sk_X509_num(sent) && tls->certificate_count < CERTIFICATES_MOST; i++)
        if (X509_up_ref(sk_X509_value(sent, i)))
            tls->certificates[tls->certificate_count++] = sk_X509_value(sent, i);
}

long tls_verify_result(const struct tls *tls)
{
    X509 *leaf = tls->certificate_count ? tls->certificates[0] : NULL;
    const char *host = tls->exchange->request->host;

    if (!tls->verified)
        return 0;
    if (tls->verify != X509_V_OK || !leaf)
        return tls->verify;
    if (X509_check_ip_asc(leaf, host, 0) == 1 || X509_check_host(leaf, host, strlen(host), 0, NULL) == 1)
        return X509_V_OK;
    return X509_V_ERR_HOSTNAME_MISMATCH;
}

void tls_record(const struct tls *tls)
{
    struct probe *probe = tls->exchange->probe;
    struct certificate *list;

    if (tls->version) {
        probe->tls_version = arena_slice(&probe->arena, slice_of(tls->version));
        probe->tls_cipher = arena_slice(&probe->arena, slice_of(tls->cipher));
    }
    if (tls->verified)
        probe->tls_verify = tls_verify_result(tls);
    if (tls->certificate_count == 0)
        return;
    list = arena_new(&probe->arena, tls->certificate_count, sizeof *list);
    for (size_t i = 0; i < tls->certificate_count; i++)
        certificate_read(tls->certificates[i], &probe->arena, &list[i]);
    probe->certificates = list;
    probe->certificate_count = tls->certificate_count;
}

bool tls_is_readable(const struct tls *tls)
{
    const struct exchange *exchange = tls->exchange;
    const char *ca = exchange->endpoint->tls.ca;

    if (tls->identity && tls->identity->fault) {
        failure_record(exchange->probe, "tls-client-certificate-unreadable", "%s", tls->identity->fault);
        return false;
    }
    if (!exchange->request->tls || !exchange->request->verify || tls->authorities)
        return true;
    failure_record(exchange->probe, "tls-ca-unreadable", "%s holds no certificates that can be read",
                   ca ? ca : "the system's file of authorities");
    return false;
}
