/* SPDX-License-Identifier: MIT */
/* The tables that JSON and templates read the report by: none forgets a member, none names a wrong one. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "diagnosis/model.h"
#include "diagnosis/model_history.h"

enum { SHAPES_MAX = 64, FIELDS_MAX = 64 };

static const size_t sizes[] = {
    [FIELD_TEXT] = sizeof(const char *),
    [FIELD_FOREIGN] = sizeof(struct slice),
    [FIELD_BOOL] = sizeof(bool),
    [FIELD_COUNT] = sizeof(uint64_t),
    [FIELD_NUMBER] = sizeof(double),
    [FIELD_DURATION] = sizeof(int64_t),
    [FIELD_TIME] = sizeof(struct wall),
    [FIELD_WORD] = sizeof(int),
    [FIELD_CITES] = sizeof(struct cites),
    [FIELD_OBJECT] = sizeof(const void *),
    [FIELD_CONTEXT] = sizeof(const void *),
    [FIELD_LIST] = sizeof(struct list),
    [FIELD_PARTIAL] = sizeof(const char *),
};

struct shapes {
    const struct shape *all[SHAPES_MAX];
    size_t count;
};

static void collect(struct shapes *shapes, const struct shape *shape)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (shapes->all[i] == shape)
            return;
    assert_true(shapes->count < SHAPES_MAX);
    shapes->all[shapes->count++] = shape;
    for (const struct field *field = shape->fields; field->name; field++)
        if (field->shape)
            collect(shapes, field->shape);
}

static int by_offset(const void *a, const void *b)
{
    const struct field *left = a, *right = b;

    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* Whether the bytes from `start` to `end` are no more than what puts the next member on its boundary. */
static bool is_padding(size_t start, size_t end, size_t boundary)
{
    return start <= end && end - start < boundary;
}

static void no_member_of_a_struct_is_missing_in_its_shape(void **state)
{
    struct shapes shapes = {0};

    (void)state;
    collect(&shapes, &model_shape);
    collect(&shapes, &model_history_shape);
    collect(&shapes, &model_windows_shape);
    for (size_t i = 0; i < shapes.count; i++) {
        const struct shape *shape = shapes.all[i];
        struct field fields[FIELDS_MAX];
        size_t count = 0, end = 0;

        while (shape->fields[count].name) {
            assert_true(count < FIELDS_MAX);
            fields[count] = shape->fields[count];
            count++;
        }
        qsort(fields, count, sizeof *fields, by_offset);
        for (size_t k = 0; k < count; k++) {
            size_t size = sizes[fields[k].type], boundary = size > 8 ? 8 : size;

            if (!is_padding(end, fields[k].offset, boundary))
                fail_msg("%s: something is missing, or there twice, before %s", shape->name, fields[k].name);
            end = fields[k].offset + size;
        }
        if (!is_padding(end, shape->size, 8))
            fail_msg("%s: its last members are missing", shape->name);
    }
}

static void every_field_has_what_its_type_needs(void **state)
{
    struct shapes shapes = {0};

    (void)state;
    collect(&shapes, &model_shape);
    collect(&shapes, &model_history_shape);
    collect(&shapes, &model_windows_shape);
    assert_true(shapes.count > 20);
    for (size_t i = 0; i < shapes.count; i++)
        for (const struct field *field = shapes.all[i]->fields; field->name; field++) {
            bool holds = field->type == FIELD_OBJECT || field->type == FIELD_CONTEXT || field->type == FIELD_LIST;

            assert_true((field->shape != NULL) == holds);
            assert_true((field->words != NULL) == (field->type == FIELD_WORD));
            for (const struct field *other = shapes.all[i]->fields; other != field; other++)
                assert_string_not_equal(field->name, other->name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_member_of_a_struct_is_missing_in_its_shape),
        cmocka_unit_test(every_field_has_what_its_type_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
