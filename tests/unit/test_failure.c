/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>

#include "collector/failure.h"

static void every_code_starts_with_its_layer_and_stands_once(void **state)
{
    (void)state;
    for (const struct failure *failure = failures; failure->code; failure++) {
        bool foreign = strcmp(failure->code, "websocket-message-not-expected") == 0; /* content, of a WebSocket */
        const char *layer = layer_words[foreign ? LAYER_WEBSOCKET : failure->layer];
        size_t len = strlen(layer);
        size_t end = strlen(failure->meaning);

        assert_memory_equal(failure->code, layer, len);
        assert_int_equal(failure->code[len], '-');
        assert_true(isupper((unsigned char)failure->meaning[0]));
        assert_int_equal(failure->meaning[end - 1], '.');
        assert_ptr_equal(failure_find(failure->code), failure);
    }
}

static void libcurls_endings_have_their_codes(void **state)
{
    static const struct {
        const char *code;
        struct ending ending;
    } cases[] = {
        {"tcp-refused", {.result = CURLE_COULDNT_CONNECT, .system_error = ECONNREFUSED}},
        {"tcp-unreachable", {.result = CURLE_COULDNT_CONNECT, .system_error = ENETUNREACH}},
        {"tcp-timeout", {.result = CURLE_COULDNT_CONNECT, .system_error = ETIMEDOUT}},
        {"tcp-local-shortage", {.result = CURLE_COULDNT_CONNECT, .system_error = EMFILE}},
        {"tcp-timeout", {.result = CURLE_OPERATION_TIMEDOUT, .tls = true}},
        {"tls-timeout", {.result = CURLE_OPERATION_TIMEDOUT, .tls = true, .tcp_up = true}},
        {"http-timeout", {.result = CURLE_OPERATION_TIMEDOUT, .tls = true, .tcp_up = true, .tls_up = true}},
        {"http-timeout", {.result = CURLE_OPERATION_TIMEDOUT, .tcp_up = true}},
        {"tls-plain-http",
         {.result = CURLE_SSL_CONNECT_ERROR, .tls = true, .words = "...:SSL routines::wrong version number"}},
        {"tls-version", {.result = CURLE_SSL_CONNECT_ERROR, .tls = true, .words = "unsupported protocol"}},
        {"tls-reset", {.result = CURLE_SSL_CONNECT_ERROR, .tls = true, .system_error = ECONNRESET}},
        {"tls-handshake", {.result = CURLE_SSL_CONNECT_ERROR, .tls = true, .words = "sslv3 alert handshake failure"}},
        {"http-empty-reply", {.result = CURLE_GOT_NOTHING}},
        {"http-reset", {.result = CURLE_RECV_ERROR, .words = "Recv failure: Connection reset by peer"}},
        {"http-head-too-large", {.result = CURLE_RECV_ERROR, .words = "Too large response headers: 3 > 2"}},
        {"http-malformed", {.result = CURLE_RECV_ERROR, .words = "Illegal or missing hexadecimal sequence"}},
        {"tls-client-certificate",
         {.result = CURLE_RECV_ERROR, .tls = true, .tls_up = true, .words = "tlsv13 alert certificate required"}},
        {"http-not-http", {.result = CURLE_UNSUPPORTED_PROTOCOL, .words = "Received HTTP/0.9 when not allowed"}},
        {"http-failed", {.result = CURLE_FTP_WEIRD_PASV_REPLY}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *code = failure_classify(&cases[i].ending);

        assert_string_equal(code, cases[i].code);
        assert_non_null(failure_find(code));
    }
}

static const char *certificate(long verify, size_t count, bool self_signed, const char *words)
{
    struct ending ending = {.result = CURLE_PEER_FAILED_VERIFICATION,
                            .tls = true,
                            .words = words,
                            .verify = verify,
                            .certificate_count = count,
                            .self_signed = self_signed};

    return failure_classify(&ending);
}

static void rejected_certificates_are_told_apart(void **state)
{
    const long no_issuer = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;

    (void)state;
    assert_string_equal(certificate(X509_V_ERR_CERT_HAS_EXPIRED, 2, false, ""), "tls-expired");
    assert_string_equal(certificate(X509_V_ERR_CERT_NOT_YET_VALID, 2, false, ""), "tls-not-yet-valid");
    assert_string_equal(certificate(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 1, true, ""), "tls-self-signed");
    assert_string_equal(certificate(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2, false, ""), "tls-unknown-authority");
    assert_string_equal(certificate(no_issuer, 1, false, ""), "tls-incomplete-chain");
    assert_string_equal(certificate(no_issuer, 2, false, ""), "tls-unknown-authority");
    assert_string_equal(certificate(0, 1, false, "SSL: no alternative certificate subject name matches target"),
                        "tls-wrong-host");
    assert_string_equal(certificate(X509_V_ERR_EE_KEY_TOO_SMALL, 1, false, ""), "tls-untrusted");
}

static void the_first_cause_counts(void **state)
{
    struct probe *probe = probe_new();

    (void)state;
    failure_record(probe, "tls-expired", "since %d days", 3);
    failure_record(probe, "http-reset", "later");
    assert_int_equal(probe->outcome, OUTCOME_FAILED);
    assert_int_equal(probe->layer, LAYER_TLS);
    assert_string_equal(probe->code, "tls-expired");
    assert_string_equal(probe->detail.data, "since 3 days");
    probe_free(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_starts_with_its_layer_and_stands_once),
        cmocka_unit_test(libcurls_endings_have_their_codes),
        cmocka_unit_test(rejected_certificates_are_told_apart),
        cmocka_unit_test(the_first_cause_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
