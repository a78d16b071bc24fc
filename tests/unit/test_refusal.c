/* SPDX-License-Identifier: MIT */
/* What a refusal or a close frame names, in the words of the libraries in use. */
#include "tests/unit/unit.h"

#include "collector/probe.h"
#include "diagnosis/refusal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    int status, close;
    const char *name, *value; /* of a header; NULL: none */
    const char *says;         /* the body, or the close frame's reason */
    const char *names;        /* u: an upgrade, o: the Origin, s: a subprotocol, v: a version */
} rows[] = {
    {426, 0, NULL, NULL, "Upgrade Required", "u"},
    {426, 0, NULL, NULL, "", "u"},
    {426, 0, "Upgrade", "websocket", "Failed to open a WebSocket connection: invalid Connection header: close.", "u"},
    {426, 0, "Upgrade", "h2c", "", ""},
    {426, 0, "Upgrade", "TLS/1.2", "", ""},
    {426, 0, "Sec-WebSocket-Version", "8", "", "uv"},
    {426, 0, "Sec-WebSocket-Version", "13, 8", "", "u"},
    {400, 0, NULL, NULL, "Bad Request", ""},
    {400, 0, NULL, NULL, "Can \"Upgrade\" only to \"WebSocket\".", "u"},
    {400, 0, NULL, NULL, "websocket: the client is not using the websocket protocol: 'upgrade' token not found", "u"},
    {400, 0, NULL, NULL, "Missing Sec-WebSocket-Protocol", "s"},
    {404, 0, NULL, NULL, "you may upgrade here", ""},
    {403, 0, NULL, NULL, "Failed to open a WebSocket connection: invalid Origin header: https://a.example.", "o"},
    {403, 0, NULL, NULL, "websocket: request origin not allowed by Upgrader.CheckOrigin", "o"},
    {403, 0, NULL, NULL, "Invalid CORS request", "o"},
    {403, 0, NULL, NULL, "The origin web server is down", ""},
    {403, 0, NULL, NULL, "Original content is forbidden", ""},
    {502, 0, NULL, NULL, "invalid origin", ""},
    {404, 0, NULL, NULL, "cross-origin", ""},
    {101, 4406, NULL, NULL, "Subprotocol not acceptable", "s"},
    {101, 1008, NULL, NULL, "origin not allowed", "o"},
    {101, 1000, NULL, NULL, "origin not allowed", ""},
    {101, 1011, NULL, NULL, "subprotocol", ""},
};

static void a_refusal_is_read_by_what_it_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct header header = {slice_of(rows[i].name ? rows[i].name : ""),
                                slice_of(rows[i].value ? rows[i].value : "")};
        struct probe probe = {.status = rows[i].status,
                              .upgrade = true,
                              .close_code = rows[i].close,
                              .headers = &header,
                              .header_count = rows[i].name != NULL};
        char found[5] = "";

        *(rows[i].close ? &probe.close_reason : &probe.body) = slice_of(rows[i].says);
        strcat(found, refusal_wants_upgrade(&probe) ? "u" : "");
        strcat(found, refusal_names_origin(&probe) ? "o" : "");
        strcat(found, refusal_names_subprotocol(&probe) ? "s" : "");
        strcat(found, refusal_names_version(&probe) ? "v" : "");
        if (strcmp(found, rows[i].names) != 0)
            fail_msg("row %zu, %s: '%s', not '%s'", i, rows[i].says, found, rows[i].names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_read_by_what_it_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
