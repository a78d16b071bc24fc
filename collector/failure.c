/* SPDX-License-Identifier: MIT */
#include "collector/failure.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

const struct failure failures[] = {
    {"dns-nxdomain", LAYER_DNS, "The name does not exist in DNS."},
    {"dns-no-address", LAYER_DNS, "The name exists in DNS, but has neither an IPv4 nor an IPv6 address."},
    {"dns-no-ipv4", LAYER_DNS, "The name has no IPv4 address, and `ip: 4` asks for one."},
    {"dns-no-ipv6", LAYER_DNS, "The name has no IPv6 address, and `ip: 6` asks for one."},
    {"dns-servfail", LAYER_DNS, "The resolver could not get an answer: SERVFAIL."},
    {"dns-refused", LAYER_DNS, "The resolver refuses to answer for this name."},
    {"dns-timeout", LAYER_DNS, "No resolver answered in time."},
    {"dns-unreachable", LAYER_DNS, "No resolver could be reached from here."},
    {"dns-malformed", LAYER_DNS, "The resolver and this program do not understand each other's messages."},
    {"dns-bad-name", LAYER_DNS, "The host's name is not one that DNS can look up."},
    {"dns-proxy", LAYER_DNS, "The proxy's name has no address that could be found."},

    {"tcp-refused", LAYER_TCP, "Nothing listens at the address and port: the connection was refused."},
    {"tcp-timeout", LAYER_TCP, "The address did not answer the attempt to connect in time."},
    {"tcp-reset", LAYER_TCP, "The connection was reset while it was being made."},
    {"tcp-unreachable", LAYER_TCP, "There is no way from here to the address."},
    {"tcp-failed", LAYER_TCP,
     "The connection could not be made, and libwebsockets does not say why: the wire's probe beside it does."},
    {"tcp-local-shortage", LAYER_TCP, "This machine ran out of sockets or memory: it says nothing about the server."},
    {"tcp-proxy", LAYER_TCP, "The proxy does not take the connection."},

    {"tls-expired", LAYER_TLS, "A certificate that the server sent has expired."},
    {"tls-not-yet-valid", LAYER_TLS, "A certificate that the server sent is not valid yet."},
    {"tls-wrong-host", LAYER_TLS, "The server's certificate is for other names than the one asked for."},
    {"tls-self-signed", LAYER_TLS, "The server's certificate is signed by itself, not by an authority."},
    {"tls-unknown-authority", LAYER_TLS, "The server's certificate leads to an authority that is not trusted here."},
    {"tls-incomplete-chain", LAYER_TLS,
     "The server sent only its own certificate, and who issued it is not known here: an intermediate is "
     "missing, or "
     "the authority is a private one."},
    {"tls-revoked", LAYER_TLS, "A certificate that the server sent has been revoked."},
    {"tls-untrusted", LAYER_TLS,
     "The server's certificate was rejected for another reason than time, name or authority."},
    {"tls-handshake", LAYER_TLS, "Client and server could not agree on a TLS connection."},
    {"tls-version", LAYER_TLS, "Client and server have no TLS version in common."},
    {"tls-client-certificate", LAYER_TLS, "The server wants a certificate of the client."},
    {"tls-client-certificate-rejected", LAYER_TLS, "The server does not accept the certificate that it was shown."},
    {"tls-client-certificate-unreadable", LAYER_TLS,
     "The certificate to show, or its key, could not be read: it says nothing about the server."},
    {"tls-unrecognized-name", LAYER_TLS, "The server does not serve TLS for this name."},
    {"tls-reset", LAYER_TLS, "The connection was cut during the TLS handshake."},
    {"tls-timeout", LAYER_TLS, "The TLS handshake was not finished in time."},
    {"tls-plain-http", LAYER_TLS, "The server does not speak TLS on this port."},
    {"tls-ca-unreadable", LAYER_TLS,
     "The file of trusted authorities could not be read: it says nothing about the server."},

    {"http-bad-url", LAYER_HTTP, "The address cannot be asked for."},
    {"http-empty-reply", LAYER_HTTP, "The server closed the connection without an answer."},
    {"http-reset", LAYER_HTTP, "The connection was reset before the answer was whole."},
    {"http-timeout", LAYER_HTTP, "The answer was not whole in time."},
    {"http-truncated", LAYER_HTTP, "The answer ended before the length that it announced."},
    {"http-malformed", LAYER_HTTP, "The answer breaks the rules of HTTP."},
    {"http-not-http", LAYER_HTTP, "What answers on this port does not speak HTTP."},
    {"http-head-too-large", LAYER_HTTP, "The answer's head is larger than any client accepts."},
    {"http-bad-encoding", LAYER_HTTP, "The body is not encoded as its Content-Encoding says."},
    {"http-protocol-error", LAYER_HTTP, "The server broke an HTTP/2 connection or stream off."},
    {"http-redirect-loop", LAYER_HTTP, "The redirects lead back to an address that was asked already."},
    {"http-too-many-redirects", LAYER_HTTP, "There are more redirects than may be followed."},
    {"http-bad-redirect", LAYER_HTTP, "A redirect leads to an address that cannot, or must not, be asked for."},
    {"http-proxy-authentication", LAYER_HTTP, "The proxy wants to know who we are: 407."},
    {"http-proxy-refused", LAYER_HTTP, "The proxy does not connect us to the server."},
    {"http-proxy-failed", LAYER_HTTP, "The proxy broke off, or does not speak as a proxy does."},
    {"http-no-http2", LAYER_HTTP, "The server does not answer in HTTP/2, in which it is to be asked."},
    {"http-failed", LAYER_HTTP, "The exchange failed in a way that has no code of its own."},

    {"websocket-refused", LAYER_WEBSOCKET, "The server answered the upgrade with another status than 101."},
    {"websocket-no-answer", LAYER_WEBSOCKET, "The server did not answer the upgrade in time."},
    {"websocket-closed-early", LAYER_WEBSOCKET, "The server hung up right after the upgrade, without a word."},
    {"websocket-hung-up", LAYER_WEBSOCKET, "The server hung up in mid-conversation, without a close frame."},
    {"websocket-closed-by-server", LAYER_WEBSOCKET,
     "The server closed the connection itself, with a code that means trouble or before it said anything."},
    {"websocket-not-http", LAYER_WEBSOCKET, "What answered the upgrade does not speak HTTP."},
    {"websocket-bad-handshake", LAYER_WEBSOCKET, "The answer to the upgrade says 101 but is no WebSocket handshake."},
    {"websocket-bad-accept", LAYER_WEBSOCKET, "Sec-WebSocket-Accept does not belong to the key that was sent."},
    {"websocket-unoffered-extension", LAYER_WEBSOCKET, "The server uses an extension that was not offered."},
    {"websocket-bad-extension", LAYER_WEBSOCKET,
     "The server agreed to an extension with parameters that its standard forbids."},
    {"websocket-unoffered-subprotocol", LAYER_WEBSOCKET, "The server chose a subprotocol that was not offered."},
    {"websocket-reserved-opcode", LAYER_WEBSOCKET, "A frame has an opcode that RFC 6455 reserves."},
    {"websocket-reserved-bit", LAYER_WEBSOCKET, "A frame has a reserved bit set that no extension gives a meaning."},
    {"websocket-masked", LAYER_WEBSOCKET, "A frame from the server is masked, which only a client's may be."},
    {"websocket-bad-length", LAYER_WEBSOCKET, "A frame's length is written in a way that RFC 6455 forbids."},
    {"websocket-control-too-long", LAYER_WEBSOCKET, "A control frame is longer than 125 bytes."},
    {"websocket-control-fragmented", LAYER_WEBSOCKET, "A control frame is fragmented."},
    {"websocket-bad-continuation", LAYER_WEBSOCKET, "A continuation comes where no message is to be continued."},
    {"websocket-interrupted-message", LAYER_WEBSOCKET, "A message begins before the fragmented one has ended."},
    {"websocket-bad-utf8", LAYER_WEBSOCKET, "A text message, or the reason of a close, is not UTF-8."},
    {"websocket-bad-deflate", LAYER_WEBSOCKET, "A compressed message cannot be inflated."},
    {"websocket-after-close", LAYER_WEBSOCKET, "The server says more after its close frame."},
    {"websocket-bad-close-code", LAYER_WEBSOCKET, "A close frame has a code or a payload that must not be sent."},
    {"websocket-client-crashed", LAYER_WEBSOCKET,
     "What the server sent made libwebsockets crash, twice, the second time with nothing else at work."},
    {"websocket-client-hung", LAYER_WEBSOCKET,
     "What the server sent made libwebsockets hang, and be stopped, twice, the second time with nothing else at "
     "work."},

    {"tls-expires-soon", LAYER_TLS, "The certificate is valid, but not for as long as is expected."},
    {"http-status", LAYER_HTTP, "The answer has another status than the expected one."},
    {"http-header", LAYER_HTTP, "A header of the answer is not as expected."},
    {"http-version", LAYER_HTTP, "The answer came in another version of HTTP than the expected one."},
    {"http-url", LAYER_HTTP, "The redirects led to another address than the expected one."},
    {"websocket-not-open", LAYER_WEBSOCKET, "The WebSocket did not stay open for as long as is expected."},
    {"websocket-close", LAYER_WEBSOCKET,
     "The server closed with another code than the expected one, or did not close."},
    {"websocket-subprotocol", LAYER_WEBSOCKET, "The server chose another subprotocol than the expected one."},
    {"websocket-no-message", LAYER_WEBSOCKET, "The message that is expected did not come in time."},
    {"websocket-no-pong", LAYER_WEBSOCKET, "The server did not answer a ping in time."},
    {"websocket-message-not-expected", LAYER_CONTENT, "A message is not as expected."},
    {"auth-refused", LAYER_AUTH, "The server refuses the request's authorization, with 401 or 403."},
    {"content-not-expected", LAYER_CONTENT, "The body is not as expected."},
    {"performance-too-slow", LAYER_PERFORMANCE, "The answer took longer than is expected."},
    {NULL, LAYER_NONE, NULL},
};

const struct failure *failure_find(const char *code)
{
    for (const struct failure *failure = failures; failure->code; failure++)
        if (strcmp(failure->code, code) == 0)
            return failure;
    return NULL;
}

void failure_record(struct probe *probe, const char *code, const char *format, ...)
{
    const struct failure *failure = failure_find(code);
    va_list args;
    char *words = NULL;
    int len;

    if (probe->code)
        return;
    probe->outcome = OUTCOME_FAILED;
    probe->code = failure ? failure->code : "http-failed";
    probe->layer = failure ? failure->layer : LAYER_HTTP;
    va_start(args, format);
    len = vasprintf(&words, format, args);
    va_end(args);
    if (len > 0)
        probe->detail = arena_slice(&probe->arena, (struct slice){words, (size_t)len});
    if (len >= 0)
        mem_free(words);
}

static bool says(const struct ending *ending, const char *part)
{
    return ending->words && strcasestr(ending->words, part) != NULL;
}

static const char *connect_code(const struct ending *ending)
{
    switch (ending->system_error) {
    case ECONNREFUSED:
        return "tcp-refused";
    case ETIMEDOUT:
        return "tcp-timeout";
    case ECONNRESET:
    case ECONNABORTED:
        return "tcp-reset";
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
        return "tcp-local-shortage";
    default:
        break;
    }
    if (says(ending, "refused"))
        return "tcp-refused";
    return says(ending, "timeout was reached") || says(ending, "timed out") ? "tcp-timeout" : "tcp-unreachable";
}

/* libcurl compares the host name itself, after OpenSSL was content: then only its words tell. */
static const char *certificate_code(const struct ending *ending)
{
    switch (ending->verify) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "tls-expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "tls-not-yet-valid";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "tls-self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "tls-unknown-authority";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return ending->certificate_count == 1 && !ending->self_signed ? "tls-incomplete-chain"
                                                                      : "tls-unknown-authority";
    case X509_V_ERR_CERT_REVOKED:
        return "tls-revoked";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "tls-wrong-host";
    default:
        break;
    }
    if (says(ending, "does not match") || says(ending, "no alternative certificate subject name"))
        return "tls-wrong-host";
    return "tls-untrusted";
}

/* The server's alert about our certificate (RFC 8446, 6.2), in OpenSSL's words; NULL: it has said nothing of it. */
static const char *identity_code(const struct ending *ending)
{
    static const char *const alerts[] = {"bad certificate",     "unsupported certificate", "certificate revoked",
                                         "certificate expired", "certificate unknown",     "unknown ca",
                                         "access denied",       "handshake failure"};

    if (says(ending, "certificate required"))
        return "tls-client-certificate";
    if (!ending->identity_wanted || !says(ending, "alert"))
        return NULL;
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (says(ending, alerts[i]))
            return ending->identity_shown ? "tls-client-certificate-rejected" : "tls-client-certificate";
    return NULL;
}

/* OpenSSL's reasons, as libcurl passes them on. */
static const char *handshake_code(const struct ending *ending)
{
    const char *identity = identity_code(ending);
    static const struct {
        const char *words, *code;
    } reasons[] = {
        {"wrong version number", "tls-plain-http"},
        {"packet length too long", "tls-plain-http"},
        {"http request", "tls-plain-http"},
        {"unsupported protocol", "tls-version"},
        {"protocol version", "tls-version"},
        {"legacy sigalg", "tls-version"}, /* all that TLS 1.1 and older can sign with */
        {"unrecognized name", "tls-unrecognized-name"},
        {"connection reset", "tls-reset"},
        {"broken pipe", "tls-reset"},
        {"SSL_ERROR_SYSCALL", "tls-reset"},
        {"unexpected eof", "tls-reset"},
    };

    if (identity)
        return identity;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (says(ending, reasons[i].words))
            return reasons[i].code;
    return ending->system_error == ECONNRESET ? "tls-reset" : "tls-handshake";
}

static const char *timeout_code(const struct ending *ending)
{
    if (!ending->tcp_up)
        return "tcp-timeout";
    return ending->tls && !ending->tls_up ? "tls-timeout" : "http-timeout";
}

/* The connection broke, reading (56) or writing (55). */
static const char *broken_code(const struct ending *ending)
{
    const char *identity = identity_code(ending);

    if (ending->tls && !ending->tls_up)
        return handshake_code(ending);
    if (identity)
        return identity;
    if (says(ending, "too large response headers"))
        return "http-head-too-large";
    if (says(ending, "hexadecimal") || says(ending, "chunk") || says(ending, "malformat"))
        return "http-malformed";
    if (says(ending, "unexpected eof"))
        return ending->head_seen ? "http-truncated" : "http-empty-reply";
    return "http-reset";
}

const char *failure_classify(const struct ending *ending)
{
    switch ((CURLcode)ending->result) {
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_code(ending);
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        return connect_code(ending);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return certificate_code(ending);
    case CURLE_SSL_CONNECT_ERROR:
        return handshake_code(ending);
    case CURLE_SSL_CERTPROBLEM:
        return "tls-client-certificate-unreadable";
    case CURLE_SSL_CACERT_BADFILE:
        return "tls-ca-unreadable";
    case CURLE_GOT_NOTHING:
        return "http-empty-reply";
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return broken_code(ending);
    case CURLE_PARTIAL_FILE:
        return "http-truncated";
    case CURLE_BAD_CONTENT_ENCODING:
        return "http-bad-encoding";
    case CURLE_UNSUPPORTED_PROTOCOL:
        if (says(ending, "HTTP/0.9"))
            return ending->head_seen ? "http-malformed" : "http-not-http";
        return says(ending, "response") ? "http-malformed" : "http-bad-url";
    case CURLE_WEIRD_SERVER_REPLY:
        return "http-malformed";
    case CURLE_OUT_OF_MEMORY: /* what libcurl 7.88 calls a header line of more than 100 KB */
        return "http-head-too-large";
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return "http-protocol-error";
    case CURLE_URL_MALFORMAT:
        return "http-bad-url";
    default:
        return ending->tls && ending->tcp_up && !ending->tls_up ? "tls-handshake" : "http-failed";
    }
}
