/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "collector/certificate.h"
#include "collector/probe.h"

static void add_names(X509 *x509, const char *names)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(x509, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

static X509 *make(EVP_PKEY *key, const char *name, const char *names)
{
    X509 *x509 = X509_new();
    X509_NAME *subject = X509_get_subject_name(x509);

    assert_int_equal(
        X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, (const unsigned char *)"Caf\xc3\xa9, Inc", -1, -1, 0),
        1);
    assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0),
                     1);
    X509_set_issuer_name(x509, subject);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 0xabc123);
    ASN1_TIME_set(X509_getm_notBefore(x509), 1757548800);
    ASN1_TIME_set(X509_getm_notAfter(x509), 1760140800);
    X509_set_pubkey(x509, key);
    if (names)
        add_names(x509, names);
    assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
    return x509;
}

static void assert_says(struct slice actual, const char *wanted)
{
    assert_non_null(actual.data);
    assert_string_equal(actual.data, wanted);
}

static void everything_a_report_needs_is_read(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = make(key, "a.example", "DNS:a.example,DNS:*.a.example,IP:127.0.0.1,IP:::1,URI:https://a.example/");
    struct arena arena = ARENA_INIT;
    struct certificate certificate;

    (void)state;
    certificate_read(x509, &arena, &certificate);
    assert_says(certificate.subject, "CN=a.example,O=Caf\xc3\xa9\\, Inc");
    assert_says(certificate.issuer, "CN=a.example,O=Caf\xc3\xa9\\, Inc");
    assert_says(certificate.names, "DNS:a.example, DNS:*.a.example, IP:127.0.0.1, IP:::1, URI:https://a.example/");
    assert_says(certificate.serial, "abc123");
    assert_says(certificate.key, "EC P-256");
    assert_int_equal(certificate.sha256.len, 64);
    assert_int_equal(certificate.not_before.us, 1757548800LL * 1000000);
    assert_int_equal(certificate.not_after.us, 1760140800LL * 1000000);
    arena_free(&arena);
    X509_free(x509);
    EVP_PKEY_free(key);
}

static void keys_are_named(void **state)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    X509 *x509 = make(key, "b", NULL);
    struct arena arena = ARENA_INIT;
    struct certificate certificate;

    (void)state;
    certificate_read(x509, &arena, &certificate);
    assert_says(certificate.key, "RSA 2048");
    assert_null(certificate.names.data);
    arena_free(&arena);
    X509_free(x509);
    EVP_PKEY_free(key);
}

static void an_empty_certificate_is_no_crash(void **state)
{
    X509 *x509 = X509_new();
    struct arena arena = ARENA_INIT;
    struct certificate certificate;

    (void)state;
    certificate_read(x509, &arena, &certificate);
    assert_null(certificate.key.data);
    assert_int_equal(certificate.not_after.us, 0);
    arena_free(&arena);
    X509_free(x509);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_a_report_needs_is_read),
        cmocka_unit_test(keys_are_named),
        cmocka_unit_test(an_empty_certificate_is_no_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
