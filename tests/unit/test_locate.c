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
    const struct location *found = locate(&what, "src/config.ts", slice_of(source), &arena, &count);

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
    const struct location *found =
        locate(&what, ".env.staging", slice_of("A=1\nVITE_WS_PATH=/ws\nKEY=x/ws\n"), &arena, &count);

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

    (void)state;
    locate(&what, "a.js", slice_of("const a = '/'\n"), &arena, &count);
    assert_int_equal(count, 0);
    arena_free(&arena);
}

static void the_diff_is_one_that_git_takes(void **state)
{
    struct arena arena = ARENA_INIT;
    struct needle what = needle();
    struct buf out = BUF_INIT;
    size_t count = 0;
    const struct location *found = locate(&what, "src/config.ts", slice_of(source), &arena, &count);

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
    const struct location *found = locate(&what, "a.yaml", text, &arena, &count);

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
    const struct location *found = locate(&what, "a.yaml", text, &arena, &count);

    (void)state;
    assert_int_equal(count, 1);
    assert_false(patch_file("a.yaml", text, found, count, &out));
    assert_string_equal(out.data, "");
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
