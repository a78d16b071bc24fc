/* SPDX-License-Identifier: MIT */
/* Runs the Mustache specification's own JSON files against our engine: those in tests/golden/mustache always,
 * those of the specification when MUSTACHE_SPEC names their folder or ../shared/mustache-spec is there.
 *
 * The specification wants `{{x}}` escaped as HTML; with us that is the view's business, so the view over JSON
 * here does it. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "render/mustache.h"
#include "tests/unit/unit.h"

static const struct view_ops json_ops;

static struct view json_view(const json_t *json)
{
    return (struct view){&json_ops, json, NULL, 0};
}

static enum view_type type_of(struct view view)
{
    const json_t *json = view.object;

    if (json_is_object(json))
        return VIEW_OBJECT;
    if (json_is_array(json))
        return json_array_size(json) ? VIEW_LIST : VIEW_ABSENT;
    if (json_is_false(json) || json_is_null(json) || (json_is_string(json) && json_string_length(json) == 0))
        return VIEW_ABSENT;
    return VIEW_VALUE;
}

static bool json_get(struct view view, struct slice name, struct view *member)
{
    char *key = mem_copy(name.data, name.len);
    json_t *found = json_object_get(view.object, key);

    mem_free(key);
    if (found)
        *member = json_view(found);
    return found != NULL;
}

static bool json_item(struct view view, size_t index, struct view *item)
{
    json_t *found = json_array_get(view.object, index);

    if (found)
        *item = json_view(found);
    return found != NULL;
}

static void put_html(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        case '"':
            buf_puts(out, "&quot;");
            break;
        default:
            buf_putc(out, *text);
        }
    }
}

static bool json_put(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    const json_t *json = view.object;

    (void)flavor;
    if (json_is_string(json) && raw)
        buf_puts(out, json_string_value(json));
    else if (json_is_string(json))
        put_html(out, json_string_value(json));
    else if (json_is_integer(json))
        buf_printf(out, "%lld", (long long)json_integer_value(json));
    else if (json_is_real(json))
        buf_printf(out, "%g", json_real_value(json));
    else if (json_is_true(json))
        buf_puts(out, "true");
    return true;
}

static const struct view_ops json_ops = {type_of, json_get, json_item, json_put};

struct partials {
    const json_t *texts;
    struct {
        const char *name;
        struct mustache *mustache;
    } parsed[16];
    size_t count;
};

static const struct mustache *partial(void *self, struct slice name, struct error *err)
{
    struct partials *partials = self;
    char *key = mem_copy(name.data, name.len);
    const char *text = json_string_value(json_object_get(partials->texts, key));
    struct mustache *mustache = NULL;

    for (size_t i = 0; text && i < partials->count; i++)
        if (strcmp(partials->parsed[i].name, key) == 0)
            mustache = partials->parsed[i].mustache;
    if (text && !mustache && partials->count < 16) {
        mustache = mustache_parse(key, slice_of(text), err);
        partials->parsed[partials->count].name = key;
        partials->parsed[partials->count++].mustache = mustache;
        return mustache;
    }
    mem_free(key);
    return mustache;
}

static bool passes(const char *module, const json_t *test)
{
    struct partials partials = {.texts = json_object_get(test, "partials")};
    struct mustache_loader loader = {&partials, partial};
    const char *text = json_string_value(json_object_get(test, "template"));
    const char *expected = json_string_value(json_object_get(test, "expected"));
    const char *refused = json_string_value(json_object_get(test, "error")); /* ours: what the message says */
    struct error err = {ERR_NONE, ""};
    struct buf out = BUF_INIT;
    struct mustache *mustache = mustache_parse("spec", slice_of(text), &err);
    bool ok =
        mustache && mustache_render(mustache, &loader, NULL, json_view(json_object_get(test, "data")), &out, &err);
    bool pass = refused ? !ok && strstr(err.text, refused) : ok && expected && strcmp(out.data, expected) == 0;

    if (!pass)
        print_error("%s: %s\n  template %s\n  expected %s\n  rendered %s %s\n", module,
                    json_string_value(json_object_get(test, "name")), text, expected ? expected : refused, out.data,
                    err.text);
    for (size_t i = 0; i < partials.count; i++) {
        mustache_free(partials.parsed[i].mustache);
        mem_free((void *)(uintptr_t)partials.parsed[i].name);
    }
    mustache_free(mustache);
    buf_free(&out);
    return pass;
}

/* Runs every case of `folder`/`file`; the number of cases, failing the test when one fails. */
static size_t run_file(const char *folder, const char *file)
{
    char path[1024];
    json_error_t where;
    json_t *module;
    const json_t *test;
    size_t failed = 0, count, index;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    module = json_load_file(path, 0, &where);
    if (!module)
        fail_msg("%s:%d: %s", path, where.line, where.text);
    count = json_array_size(json_object_get(module, "tests"));
    json_array_foreach(json_object_get(module, "tests"), index, test) failed += !passes(file, test);
    json_decref(module);
    assert_int_equal(failed, 0);
    return count;
}

static size_t run_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        size_t len = strlen(entry->d_name);

        /* Modules whose names begin with a tilde are optional. */
        if (entry->d_name[0] != '~' && len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0)
            count += run_file(folder, entry->d_name);
    }
    closedir(dir);
    return count;
}

static void our_own_cases_pass(void **state)
{
    (void)state;
    assert_true(run_folder(SOURCE_DIR "/tests/golden/mustache") > 0);
}

static void every_case_of_the_six_core_modules_passes(void **state)
{
    const char *folder = getenv("MUSTACHE_SPEC");
    size_t count;

    (void)state;
    if (!folder)
        folder = SOURCE_DIR "/../shared/mustache-spec";
    if (access(folder, R_OK) != 0) {
        print_message("the specification is not at %s; set MUSTACHE_SPEC\n", folder);
        skip();
    }
    count = run_folder(folder);
    count += run_file(folder, "~inheritance.json");
    print_message("%zu cases\n", count);
    assert_true(count >= 130);
}

/* What a stream gave out, and in how many pieces. */
struct taken {
    struct buf text;
    size_t pieces, broken; /* pieces that end within a line, but for the last */
};

static bool take(void *self, struct slice piece, struct error *err)
{
    struct taken *taken = self;

    (void)err;
    taken->broken += taken->text.len && taken->text.data[taken->text.len - 1] != '\n';
    taken->pieces++;
    buf_put_slice(&taken->text, piece);
    return true;
}

static bool refuse(void *self, struct slice piece, struct error *err)
{
    (void)self;
    (void)piece;
    return fail(err, ERR_IO, "the disk is full");
}

static void a_long_text_is_given_out_in_whole_lines(void **state)
{
    static const char text[] =
        "begin\n{{#items}}\n- {{.}} and\n  some words more than it\n{{/items}}\nend without newline";
    json_t *data = json_object(), *items = json_array();
    struct mustache *mustache = mustache_parse("long", slice_of(text), NULL);
    struct taken taken = {.text = BUF_INIT};
    struct buf whole = BUF_INIT;
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < 10000; i++)
        json_array_append_new(items, json_string("item"));
    json_object_set_new(data, "items", items);
    assert_true(mustache_render(mustache, NULL, NULL, json_view(data), &whole, &err));
    assert_true(mustache_stream(mustache, NULL, NULL, json_view(data), (struct sink){take, &taken}, &err));
    assert_int_equal(taken.text.len, whole.len);
    assert_memory_equal(taken.text.data, whole.data, whole.len);
    assert_true(taken.pieces > 2);
    assert_int_equal(taken.broken, 0);
    assert_false(mustache_stream(mustache, NULL, NULL, json_view(data), (struct sink){refuse, NULL}, &err));
    assert_string_equal(err.text, "the disk is full");
    buf_free(&whole);
    buf_free(&taken.text);
    mustache_free(mustache);
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_cases_pass),
        cmocka_unit_test(every_case_of_the_six_core_modules_passes),
        cmocka_unit_test(a_long_text_is_given_out_in_whole_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
