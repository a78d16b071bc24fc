/* SPDX-License-Identifier: MIT */
/* The command that repeats a probe, held against a real shell: what a config or a server says runs nothing in it. */
#include "tests/unit/support/report.h"

#include <stdio.h>
#include <stdlib.h>

#include "diagnosis/command.h"

/* What /bin/sh makes of `line`: a real shell is what the words are held against. */
static void shell(const char *line, struct buf *out)
{
    FILE *pipe = popen(line, "re"); /* NOLINT(cert-env33-c) */
    char block[512];
    size_t len;

    assert_non_null(pipe);
    while ((len = fread(block, 1, sizeof block, pipe)) > 0)
        buf_put(out, block, len);
    assert_int_equal(pclose(pipe), 0);
}

/* The word as the shell's program gets it. */
static void expect_word(const char *text, const char *wanted)
{
    struct buf line = BUF_INIT, got = BUF_INIT;

    buf_puts(&line, "export TOKEN='s3cr;t \"x\"'; printf '%s|' ");
    command_word(slice_of(text), &line);
    shell(line.data, &got);
    assert_true(got.len > 0 && got.data[got.len - 1] == '|');
    buf_cut(&got, got.len - 1);
    assert_string_equal(got.data, wanted);
    buf_free(&line);
    buf_free(&got);
}

static void hostile_words_stay_words(void **state)
{
    static const char *const words[] = {
        "plain", "two words", "it's", "$(id)",    "`id`",      "$HOME",      "a;id", "a|id>x",      "a&id",
        "\\",    "\"",        "*",    "~",        "!id",       "a\nid\n",    "${}",  "${1}",        "${a-b}",
        "$${x",  "-n",        "#x",   "'; id; '", "\\'; id #", "${HOME:-x}", "a\tb", "caf\xC3\xA9", "\xFF\xFE",
        "{a,b}", "%s%n",      "=x",   "'\"'\"'",  "$'\\n'",    "<(id)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        expect_word(words[i], words[i]);
    expect_word("", "");
}

static void secrets_are_the_shells_variables_and_nothing_else_is(void **state)
{
    (void)state;
    expect_word("Bearer ${TOKEN}", "Bearer s3cr;t \"x\"");
    expect_word("${TOKEN}s", "s3cr;t \"x\"s");
    expect_word("$HOME `id` \"${TOKEN}\" \\ !", "$HOME `id` \"s3cr;t \"x\"\" \\ !");
    expect_word("'${TOKEN}'", "'s3cr;t \"x\"'");
}

static void expect_command(struct scene *scene, const struct probe *probe, const char *part, bool there)
{
    struct buf line = BUF_INIT;

    command_of_probe(&scene->suite, probe, &line);
    if ((strstr(line.data, part) != NULL) != there)
        fail_msg("%s\n%s have: %s", line.data, there ? "should" : "should not", part);
    buf_free(&line);
}

static void an_upgrade_is_repeated_over_http_1_1_with_its_headers(void **state)
{
    struct reported before = {0};
    const struct probe *probe;

    (void)state;
    report_before(&before);
    probe = before.scene.probes[0];
    expect_command(&before.scene, probe, "--http1.1", true);
    expect_command(&before.scene, probe, "-H 'Upgrade: websocket'", true);
    expect_command(&before.scene, probe, "-H \"Authorization: Bearer $TOKEN\"", true);
    expect_command(&before.scene, probe, " https://api.staging.example.com/ws", true);
    expect_command(&before.scene, probe, "secret", false);
    expect_command(&before.scene, probe, "Host:", false);
    scene_close(&before.scene);
}

static void experiments_are_repeated_as_they_were_made(void **state)
{
    struct reported before = {0};

    (void)state;
    report_before(&before);
    for (size_t i = 0; i < before.scene.count; i++) {
        const struct probe *probe = before.scene.probes[i];

        if (probe->question == QUESTION_WITHOUT_AUTHORIZATION)
            expect_command(&before.scene, probe, "Authorization", false);
        if (probe->question == QUESTION_BROKEN_AUTHORIZATION)
            expect_command(&before.scene, probe, "Bearer ${TOKEN}x\"", true);
        if (probe->question == QUESTION_PLAIN_GET)
            expect_command(&before.scene, probe, "Upgrade", false);
    }
    scene_close(&before.scene);
}

static void what_the_config_says_of_trust_address_and_body_is_repeated(void **state)
{
    static const struct setting resolve = {"a.example:443:192.0.2.1", "a.example:443:192.0.2.1"};
    struct scene scene;
    struct endpoint *endpoint;
    struct plan_item item = {.attempt = 1};
    const struct probe *probe;

    (void)state;
    scene_open(&scene);
    endpoint = scene_endpoint(&scene, "https://a.example/x?q=[1]&r='#frag");
    endpoint->method = "POST";
    endpoint->body = (struct setting){"it's", "it's"};
    endpoint->tls.ca = "my ca.pem";
    endpoint->resolve = &resolve;
    endpoint->resolve_count = 1;
    endpoint->timeout_us = 1500000;
    probe = scene_add(&scene, &item, (struct said){.status = 200});
    expect_command(&scene, probe, "--data-raw 'it'\\''s'", true);
    expect_command(&scene, probe, "-H 'Content-Type:'", true);
    expect_command(&scene, probe, "-X ", false);
    expect_command(&scene, probe, "--cacert 'my ca.pem'", true);
    expect_command(&scene, probe, "--resolve a.example:443:192.0.2.1", true);
    expect_command(&scene, probe, "--max-time 2", true);
    expect_command(&scene, probe, "--globoff", true);
    expect_command(&scene, probe, "--insecure", false);
    expect_command(&scene, probe, "frag", false);
    endpoint->tls.verify = false;
    expect_command(&scene, probe, "--insecure", true);
    item.question = QUESTION_NO_SUCH_ROOT;
    probe = scene_add(&scene, &item, (struct said){.status = 404});
    expect_command(&scene, probe, "--data-raw", false);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_words_stay_words),
        cmocka_unit_test(secrets_are_the_shells_variables_and_nothing_else_is),
        cmocka_unit_test(an_upgrade_is_repeated_over_http_1_1_with_its_headers),
        cmocka_unit_test(experiments_are_repeated_as_they_were_made),
        cmocka_unit_test(what_the_config_says_of_trust_address_and_body_is_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
