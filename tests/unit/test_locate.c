/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "diagnosis/locate.h"
#include "diagnosis/patch.h"

static const char source[] = "const API = import.meta.env.VITE_API\n"
                             "export const endpoints = {\n"
                             "  health: `${API}/health`,\n"
                             "  socket: `${API}/ws`,\n"
                             "  other: `${API}/wsx`, // not /ws\n"
                             "  old: 'wss://api.example.com/ws',\n"
                             "}\n";

static struct needle needle(void)
{
    return locate_needle(slice_of("wss://api.example.com/ws"), slice_of("wss://api.example.com/websocket"));
}

static void assert_slice(struct slice slice, const char *text)
{
    assert_non_null(slice.data);
    assert_int_equal(slice.len, strlen(text));
    assert_memory_equal(slice.data, text, slice.len);
}

static void urls_and_paths_behind_variables_are_found(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "src/config.ts", slice_of(source), &arena, &count, &head);

    (void)state;
    assert_int_equal(count, 2);
    assert_int_equal(found[0].line, 4);
    assert_int_equal(found[0].kind, LOCATION_PATH);
    assert_slice(found[0].literal, "${API}/ws");
    assert_slice(found[0].replacement, "${API}/websocket");
    assert_slice(found[0].key, "socket");
    assert_int_equal(found[1].line, 6);
    assert_int_equal(found[1].kind, LOCATION_URL);
    assert_slice(found[1].literal, "wss://api.example.com/ws");
    assert_slice(found[1].replacement, "wss://api.example.com/websocket");
    assert_slice(found[1].key, "old");
    arena_free(&arena);
}

static void an_env_file_gives_its_variable(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    size_t count = 0;
    bool head = false;
    const struct location *found =
        locate(&what, ".env.staging", slice_of("A=1\nVITE_WS_PATH=/ws\nKEY=x/ws\n"), &arena, &count, &head);

    (void)state;
    assert_int_equal(count, 1);
    assert_slice(found[0].key, "VITE_WS_PATH");
    assert_slice(found[0].literal, "/ws");
    assert_true(locate_secret_file("a/.env.staging"));
    assert_true(locate_secret_file("server.KEY"));
    assert_false(locate_secret_file("src/env.ts"));
    arena_free(&arena);
}

static void a_bare_slash_is_no_address(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = locate_needle(slice_of("https://a.example"), slice_of("https://a.example/x"));
    size_t count = 1;
    bool head = false;

    (void)state;
    locate(&what, "a.js", slice_of("const a = '/'\n"), &arena, &count, &head);
    assert_int_equal(count, 0);
    arena_free(&arena);
}

static void the_diff_is_one_that_git_takes(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "src/config.ts", slice_of(source), &arena, &count, &head);

    (void)state;
    assert_true(patch_file("src/config.ts", slice_of(source), found, count, &out));
    assert_string_equal(out.data, "--- a/src/config.ts\n"
                                  "+++ b/src/config.ts\n"
                                  "@@ -1,7 +1,7 @@\n"
                                  " const API = import.meta.env.VITE_API\n"
                                  " export const endpoints = {\n"
                                  "   health: `${API}/health`,\n"
                                  "-  socket: `${API}/ws`,\n"
                                  "+  socket: `${API}/websocket`,\n"
                                  "   other: `${API}/wsx`, // not /ws\n"
                                  "-  old: 'wss://api.example.com/ws',\n"
                                  "+  old: 'wss://api.example.com/websocket',\n"
                                  " }\n");
    buf_free(&out);
    arena_free(&arena);
}

static void a_line_without_newline_stays_one(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    struct slice text = slice_of("path: /ws");
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "a.yaml", text, &arena, &count, &head);

    (void)state;
    assert_true(patch_file("a.yaml", text, found, count, &out));
    assert_string_equal(out.data, "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,1 +1,1 @@\n"
                                  "-path: /ws\n\\ No newline at end of file\n"
                                  "+path: /websocket\n\\ No newline at end of file\n");
    buf_free(&out);
    arena_free(&arena);
}

static void a_secret_beside_the_hit_drops_the_diff(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    struct slice text = slice_of("apiToken: 'canary'\nsocket: '/ws'\n");
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "a.yaml", text, &arena, &count, &head);

    (void)state;
    assert_int_equal(count, 1);
    assert_false(patch_file("a.yaml", text, found, count, &out));
    assert_string_equal(out.data, "");
    buf_free(&out);
    arena_free(&arena);
}

/* What is found on one line of source, as "kind literal -> replacement". */
static const char *found_on(const char *line, const char *from, const char *to, struct arena *arena)
{
    struct needle what = locate_needle(slice_of(from), slice_of(to));
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "src/a.ts", slice_of(line), arena, &count, &head);
    const char *words = "";

    for (size_t i = 0; i < count; i++)
        words = arena_printf(arena, "%s%s%s%s %.*s -> %.*s", words, i ? "; " : "", location_words[found[i].kind],
                             found[i].aside ? " aside" : "", (int)found[i].literal.len, found[i].literal.data,
                             (int)found[i].replacement.len, found[i].replacement.data);
    return words;
}

static void languages_write_addresses_in_their_ways(void **state)
{
    static const struct {
        const char *line, *found;
    } cases[] = {
        {"const socket = new WebSocket(`${WS}/ws`)", "path ${WS}/ws -> ${WS}/websocket"},
        {"const url = API + \"/ws\"", "path /ws -> /websocket"},
        {"URL = f\"{BASE}/ws?x=1\"", "path {BASE}/ws -> {BASE}/websocket"},
        {"url := fmt.Sprintf(\"wss://%s/ws\", host)", "path wss://%s/ws -> wss://%s/websocket"},
        {"String url = \"wss://\" + host + \"/ws\";", "path /ws -> /websocket"},
        {"SOCKET=$API/ws", "path $API/ws -> $API/websocket"},
        {"socket: /ws", "path /ws -> /websocket"},
        {"  \"socket\": \"/ws\",", "path /ws -> /websocket"},
        {"export const WS_PATH: string = '/ws'", "path /ws -> /websocket"},
        {"VITE_WS_PATH=ws", "name ws -> websocket"},
        {"wsRoute: 'ws',", "name ws -> websocket"},
        {"mode: 'ws',", ""},
        {"url: 'https://api.example.com/ws'", "url https://api.example.com/ws -> https://api.example.com/websocket"},
        {"url: 'ws://localhost:8000/ws'", "elsewhere ws://localhost:8000/ws -> ws://localhost:8000/websocket"},
        {"@app.websocket(\"/ws\")", "route /ws -> /websocket"},
        {"app.get('/ws', upgrade)", "route /ws -> /websocket"},
        {"axios.get('/ws')", "path /ws -> /websocket"},
        {"mux.HandleFunc(\"/ws\", serve)", "route /ws -> /websocket"},
        {"@GetMapping(\"/ws\")", "route /ws -> /websocket"},
        {"new WebSocketServer({ port: 80, path: '/ws' })", "route /ws -> /websocket"},
        {"    location /ws {", "route /ws -> /websocket"},
        {"    location = /ws {", "route /ws -> /websocket"},
        {"  // const old = '/ws'", "path aside /ws -> /websocket"},
        {"the path /ws is old", ""},
        {"import '../lib/ws'", ""},
        {"const a = '/ws/rooms'", ""},
        {"const a = '/wss'", ""},
    };
    struct arena arena = ARENA_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found =
            found_on(cases[i].line, "wss://api.example.com/ws", "wss://api.example.com/websocket", &arena);

        if (strcmp(found, cases[i].found) != 0)
            fail_msg("%s: found `%s` instead of `%s`", cases[i].line, found, cases[i].found);
    }
    arena_free(&arena);
}

static void parts_of_an_address_are_found_where_they_are_joined(void **state)
{
    struct arena arena = ARENA_INIT;

    (void)state;
    assert_string_equal(
        found_on("new WebSocket(`${API}/ws`)", "https://a.example/api/ws", "https://a.example/api/websocket", &arena),
        "tail ${API}/ws -> ${API}/websocket");
    assert_string_equal(found_on("x = '/ws'", "https://a.example/api/ws", "https://a.example/api/websocket", &arena),
                        "");
    assert_string_equal(
        found_on("API=https://a.example/v1", "https://a.example/v1/ws", "https://a.example/v2/ws", &arena),
        "base https://a.example/v1 -> https://a.example/v2");
    arena_free(&arena);
}

static void the_beginning_of_an_address_is_noticed(void **state)
{
    struct needle what =
        locate_needle(slice_of("https://a.example/api/ws"), slice_of("https://a.example/api/websocket"));
    struct arena arena = ARENA_INIT;
    size_t count;
    bool head = false;

    (void)state;
    locate(&what, "a.ts", slice_of("import '/lib/api'\n# '/api'\n"), &arena, &count, &head);
    assert_false(head);
    locate(&what, ".env", slice_of("API=https://other.example/api\n"), &arena, &count, &head);
    assert_true(head);
    arena_free(&arena);
}

static void only_the_failing_side_is_mended(void **state)
{
    static const char mixed[] = "// was '/ws'\napp.get('/ws')\nconst a = '/ws'\n";
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "a b.js", slice_of(mixed), &arena, &count, &head);

    (void)state;
    assert_int_equal(count, 3);
    assert_true(patch_file("a b.js", slice_of(mixed), found, count, &out));
    assert_string_equal(out.data, "--- a/a b.js\t\n+++ b/a b.js\t\n@@ -1,3 +1,3 @@\n // was '/ws'\n app.get('/ws')\n"
                                  "-const a = '/ws'\n+const a = '/websocket'\n");
    buf_clear(&out);
    assert_false(patch_file("a.js", slice_of("something else by now"), found, count, &out));
    assert_false(patch_file("a\"b.js", slice_of(mixed), found, count, &out));
    assert_false(patch_file("a.js", slice_of(mixed), found, 2, &out));
    buf_free(&out);
    arena_free(&arena);
}

static void a_key_beside_the_hit_drops_the_diff(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    struct slice text = slice_of("id: 'Zx81kQ9vLw3TbN5mRs7YpA2c'\nsocket: '/ws'\n");
    size_t count = 0;
    bool head = false;
    const struct location *found = locate(&what, "a.yaml", text, &arena, &count, &head);

    (void)state;
    assert_int_equal(count, 1);
    assert_false(patch_file("a.yaml", text, found, count, &out));
    buf_free(&out);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_and_paths_behind_variables_are_found),
        cmocka_unit_test(an_env_file_gives_its_variable),
        cmocka_unit_test(a_bare_slash_is_no_address),
        cmocka_unit_test(the_diff_is_one_that_git_takes),
        cmocka_unit_test(a_line_without_newline_stays_one),
        cmocka_unit_test(a_secret_beside_the_hit_drops_the_diff),
        cmocka_unit_test(languages_write_addresses_in_their_ways),
        cmocka_unit_test(parts_of_an_address_are_found_where_they_are_joined),
        cmocka_unit_test(the_beginning_of_an_address_is_noticed),
        cmocka_unit_test(only_the_failing_side_is_mended),
        cmocka_unit_test(a_key_beside_the_hit_drops_the_diff),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
