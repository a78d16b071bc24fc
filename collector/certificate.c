/* SPDX-License-Identifier: MIT */
#include "collector/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "collector/probe.h"

enum { NAMES_MOST = 16384 }; /* bytes of subjectAltName: some certificates list thousands */

static struct slice name_line(const X509_NAME *name, struct arena *arena)
{
    BIO *bio = BIO_new(BIO_s_mem());
    struct slice line = {NULL, 0};
    char *data = NULL;
    long len;

    /* UTF-8 as it is; control characters and separators escaped, as RFC 2253 wants. */
    if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
        len = BIO_get_mem_data(bio, &data);
        if (len >= 0)
            line = arena_slice(arena, (struct slice){data ? data : "", (size_t)len});
    }
    BIO_free(bio);
    return line;
}

static void put_name(struct buf *out, const char *kind, const unsigned char *data, int len)
{
    if (!data || len < 0)
        return;
    buf_printf(out, "%s%s:", out->len ? ", " : "", kind);
    buf_put(out, data, (size_t)len);
}

static void put_address(struct buf *out, const ASN1_OCTET_STRING *address)
{
    char text[INET6_ADDRSTRLEN];
    int len = ASN1_STRING_length(address);

    if (len != 4 && len != 16)
        return;
    if (inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address), text, sizeof text))
        buf_printf(out, "%sIP:%s", out->len ? ", " : "", text);
}

static struct slice alternative_names(const X509 *x509, struct arena *arena)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    struct buf out = {buf_empty, 0, 0, NAMES_MOST, false};
    struct slice list = {NULL, 0};

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        int type = 0;
        const void *value = GENERAL_NAME_get0_value(name, &type);

        if (type == GEN_IPADD)
            put_address(&out, value);
        else if (type == GEN_DNS || type == GEN_URI || type == GEN_EMAIL)
            put_name(&out,
                     type == GEN_DNS   ? "DNS"
                     : type == GEN_URI ? "URI"
                                       : "email",
                     ASN1_STRING_get0_data(value), ASN1_STRING_length(value));
    }
    if (names)
        list = arena_slice(arena, buf_slice(&out));
    GENERAL_NAMES_free(names);
    buf_free(&out);
    return list;
}

static struct slice key_words(const X509 *x509, struct arena *arena)
{
    EVP_PKEY *key = X509_get0_pubkey(x509);
    char group[64] = "";
    const char *nist;

    if (!key)
        return (struct slice){NULL, 0};
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return slice_of(arena_printf(arena, "RSA %d", EVP_PKEY_get_bits(key)));
    case EVP_PKEY_EC:
        if (!EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL))
            return slice_of(arena_printf(arena, "EC %d", EVP_PKEY_get_bits(key)));
        nist = EC_curve_nid2nist(OBJ_sn2nid(group));
        return slice_of(arena_printf(arena, "EC %s", nist ? nist : group));
    case EVP_PKEY_ED25519:
        return slice_of(arena_text(arena, "Ed25519"));
    case EVP_PKEY_ED448:
        return slice_of(arena_text(arena, "Ed448"));
    default:
        return slice_of(arena_printf(arena, "%s %d", OBJ_nid2sn(EVP_PKEY_get_base_id(key)), EVP_PKEY_get_bits(key)));
    }
}

static struct slice hex(const unsigned char *data, size_t len, struct arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_new(arena, 2 * len + 1, 1);

    for (size_t i = 0; i < len; i++) {
        text[2 * i] = digits[data[i] >> 4];
        text[2 * i + 1] = digits[data[i] & 15];
    }
    return (struct slice){text, 2 * len};
}

static struct slice serial_hex(const X509 *x509, struct arena *arena)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
    BIGNUM *number = serial ? ASN1_INTEGER_to_BN(serial, NULL) : NULL;
    char *text = number ? BN_bn2hex(number) : NULL;
    char *copy = arena_text(arena, text);

    for (char *c = copy; c && *c; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (char)(*c - 'A' + 'a');
    OPENSSL_free(text);
    BN_free(number);
    return slice_of(copy);
}

static struct wall moment(const ASN1_TIME *time)
{
    struct tm parts = {0};

    if (!time || !ASN1_TIME_to_tm(time, &parts))
        return (struct wall){0};
    return (struct wall){(int64_t)timegm(&parts) * 1000000};
}

void certificate_read(const X509 *x509, struct arena *arena, struct certificate *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;

    *certificate = (struct certificate){
        .subject = name_line(X509_get_subject_name(x509), arena),
        .issuer = name_line(X509_get_issuer_name(x509), arena),
        .names = alternative_names(x509, arena),
        .serial = serial_hex(x509, arena),
        .key = key_words(x509, arena),
        .not_before = moment(X509_get0_notBefore(x509)),
        .not_after = moment(X509_get0_notAfter(x509)),
    };
    if (X509_digest(x509, EVP_sha256(), digest, &len))
        certificate->sha256 = hex(digest, len, arena);
}
