/* SPDX-License-Identifier: MIT */
/* What diagnosis reads out of evidence: addresses, shapes of answers, fields and signs in bodies, names of
 * certificates. */
#include "tests/unit/support/incident.h"
#include "tests/unit/support/records.h"

#include "base/buf.h"
#include "diagnosis/address.h"
#include "diagnosis/body.h"
#include "diagnosis/protocol.h"
#include "diagnosis/shape.h"

static void origins_are_equal_when_they_are_the_same(void **state)
{
    static const struct {
        const char *url, *origin, *host, *path, *directory;
    } cases[] = {
        {"https://A.example/ws", "https://a.example", "a.example", "/ws", "/"},
        {"wss://a.example:443/api/ws?x=1", "https://a.example", "a.example", "/api/ws", "/api/"},
        {"ws://a.example", "http://a.example", "a.example", "/", "/"},
        {"http://a.example:8080/a/b/", "http://a.example:8080", "a.example", "/a/b/", "/a/b/"},
        {"http://u:p@a.example/x#y", "http://a.example", "a.example", "/x", "/"},
        {"https://[::1]:8443/", "https://[::1]:8443", "::1", "/", "/"},
        {"https://[::1]/?q", "https://[::1]", "::1", "/", "/"},
        {"https://${HOST:-x}/a", "https://${host:-x}", "${host:-x}", "/a", "/"},
        {"nonsense", "http://", "", "nonsense", "/"},
    };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(address_origin(cases[i].url, &arena), cases[i].origin);
        assert_string_equal(address_host(cases[i].url, &arena), cases[i].host);
        assert_true(slice_equals(address_path(cases[i].url), slice_of(cases[i].path)));
        assert_string_equal(address_directory(cases[i].url, &arena), cases[i].directory);
    }
    assert_true(address_is_literal("127.0.0.1"));
    assert_true(address_is_literal("::1"));
    assert_false(address_is_literal("1.example"));
    arena_free(&arena);
}

static void what_differs_every_time_is_masked(void **state)
{
    static const struct {
        const char *text, *masked;
    } cases[] = {
        {"Cannot GET /api/ws", "Cannot GET *"},
        {"no route for ws, nor for news", "no route for *, nor for news"},
        {"id 48f336b8-aaaa-4bbb-8ccc-000000000001.", "id #."},
        {"legacy_48f336b8", "legacy_#"},
        {"took 12.5 ms", "took #.# ms"},
        {"key Zm9vYmFyYmF6cXV4MTIz!", "key #!"},
        {"\\/api\\/other", "/api/other"},
        {"v2beta10", "v#beta#"},
        {"deadbeef cafe", "deadbeef cafe"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT;

        shape_mask(&out, slice_of(cases[i].text), "https://a.example/api/ws");
        assert_string_equal(out.data, cases[i].masked);
        buf_free(&out);
    }
}

static void fields_are_read_as_frameworks_write_them(void **state)
{
    static const struct {
        const char *body, *field;
    } cases[] = {
        {INCIDENT_VALIDATION, "probe (query)"},
        {"{\"detail\":[{\"loc\":[\"body\",\"user\",0,\"name\"]},{\"loc\":[\"header\",\"x-id\"]}]}",
         "user.0.name (body), x-id (header)"},
        {"{\"detail\":[{\"loc\":[\"body\"]}]}", "body"},
        {"{\"errors\":{\"email\":[\"is required\"],\"age\":\"too low\"}}", "email, age"},
        {"{\"errors\":[{\"param\":\"id\",\"location\":\"params\"}]}", "id (params)"},
        {"{\"errors\":[{\"source\":{\"pointer\":\"/data/name\"}}]}", "/data/name"},
        {"{\"errors\":[{\"source\":{\"parameter\":\"page\"}}]}", "page (query)"},
        {"{\"invalid-params\":[{\"name\":\"age\",\"reason\":\"must be positive\"}]}", "age"},
        {"{\"violations\":[{\"propertyPath\":\"a.b\"}]}", "a.b"},
        {"{\"detail\":\"Not Found\"}", NULL},
        {"{\"errors\":[]}", NULL},
        {"{\"errors\":[7,null,[]]}", NULL},
        {"[]", NULL},
        {"not json", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct probe *probe = probe_new();
        struct slice field;

        probe->body = slice_of(cases[i].body);
        field = body_field(probe, &probe->arena);
        assert_true(slice_equals(field, slice_of(cases[i].field)));
        assert_int_equal(field.data != NULL, cases[i].field != NULL);
        probe_free(probe);
    }
}

static void signs_of_a_weaker_service_are_words_not_ids_nor_prose(void **state)
{
    static const struct {
        const char *body;
        size_t signs;
    } cases[] = {
        {INCIDENT_GREETING, 4},
        {"{\"mode\":\"fallback\"}", 1},
        {"{\"simplifiedAuth\":true}", 1},
        {"{\"simplified_auth\":false}", 0},
        {"{\"auth_required\":false}", 1},
        {"{\"author\":false}", 0},
        {"{\"auth_failed\":false}", 0},
        {"{\"enabled\":false}", 0},
        {"{\"id\":\"legacy_48f336b8\"}", 0},
        {"{\"about\":\"We moved away from our legacy platform years ago\"}", 0},
        {"{\"list\":[{\"deprecated\":true}]}", 1},
        {"{\"status\":\"healthy\"}", 0},
        {"\"legacy\"", 0},
        {"{", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct caution cautions[BODY_CAUTIONS];
        struct probe *probe = probe_new();

        probe->ordinal = 9;
        probe->body = slice_of(cases[i].body);
        assert_int_equal(body_cautions(probe, cautions, 0, &probe->arena), cases[i].signs);
        if (cases[i].signs)
            assert_int_equal(cautions[0].cites.ordinals[0], 9);
        probe_free(probe);
    }
}

static void a_flood_of_signs_is_cut(void **state)
{
    struct caution cautions[BODY_CAUTIONS];
    struct probe *probe = probe_new();
    struct buf body = BUF_INIT;

    (void)state;
    buf_putc(&body, '[');
    for (int i = 0; i < 3000; i++)
        buf_printf(&body, "%s{\"legacy\":true}", i ? "," : "");
    buf_putc(&body, ']');
    probe->body = buf_slice(&body);
    assert_int_equal(body_cautions(probe, cautions, 0, &probe->arena), BODY_CAUTIONS);
    buf_free(&body);
    probe_free(probe);
}

static void certificates_cover_the_names_they_list(void **state)
{
    static const struct {
        const char *names, *host;
        bool cover;
    } cases[] = {
        {"DNS:a.example, DNS:b.example", "b.example", true},
        {"DNS:a.example", "A.EXAMPLE", true},
        {"DNS:*.example.com", "a.example.com", true},
        {"DNS:*.example.com", "a.b.example.com", false},
        {"DNS:*.example.com", "example.com", false},
        {"IP:127.0.0.1", "127.0.0.1", true},
        {"IP Address:::1", "::1", true},
        {"", "a.example", false},
        {"DNS:a.example", "a.example.evil", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(protocol_names_cover(slice_of(cases[i].names), cases[i].host), cases[i].cover);
}

static void every_rule_says_what_explain_prints(void **state)
{
    const struct rule *const *tables = rules_all();
    enum layer before = LAYER_NONE;

    (void)state;
    for (size_t i = 0; tables[i]; i++) {
        for (const struct rule *rule = tables[i]; rule->code; rule++) {
            assert_true(rule->title && rule->told_apart && rule->remedy);
            assert_ptr_equal(rule_by_code(rule->code), rule);
            assert_true(rule->title[strlen(rule->title) - 1] != '.');
            assert_true(rule->remedy[strlen(rule->remedy) - 1] == '.' || strchr(rule->remedy, '?'));
            before = rule->layer > before ? rule->layer : before;
        }
    }
    assert_int_equal(before, LAYER_PERFORMANCE);
    assert_null(rule_by_code("http-from-the-future"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_equal_when_they_are_the_same),
        cmocka_unit_test(what_differs_every_time_is_masked),
        cmocka_unit_test(fields_are_read_as_frameworks_write_them),
        cmocka_unit_test(signs_of_a_weaker_service_are_words_not_ids_nor_prose),
        cmocka_unit_test(a_flood_of_signs_is_cut),
        cmocka_unit_test(certificates_cover_the_names_they_list),
        cmocka_unit_test(every_rule_says_what_explain_prints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
