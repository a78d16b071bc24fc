/* SPDX-License-Identifier: MIT */
#include "tests/unit/unit.h"

#include "base/arena.h"

static void copies_live_until_the_arena_goes(void **state)
{
    struct arena arena = ARENA_INIT;
    char *texts[2000];

    (void)state;
    for (int i = 0; i < 2000; i++)
        texts[i] = arena_printf(&arena, "text %d", i);
    assert_string_equal(texts[0], "text 0");
    assert_string_equal(texts[1999], "text 1999");
    arena_free(&arena);
    arena_free(&arena);
}

static void large_pieces_get_room_of_their_own(void **state)
{
    struct arena arena = ARENA_INIT;
    unsigned char *large = arena_new(&arena, 1, 100000);

    (void)state;
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(large[i], 0);
    assert_int_equal((uintptr_t)arena_new(&arena, 1, 3) % _Alignof(max_align_t), 0);
    assert_int_equal((uintptr_t)arena_new(&arena, 1, 3) % _Alignof(max_align_t), 0);
    arena_free(&arena);
}

static void absent_stays_absent_and_empty_stays_empty(void **state)
{
    struct arena arena = ARENA_INIT;

    (void)state;
    assert_null(arena_text(&arena, NULL));
    assert_null(arena_slice(&arena, (struct slice){NULL, 0}).data);
    assert_non_null(arena_slice(&arena, (struct slice){"", 0}).data);
    arena_free(&arena);
}

static void arrays_grow_and_keep_their_items(void **state)
{
    struct arena arena = ARENA_INIT;
    size_t capacity = 0;
    int *numbers = NULL;

    (void)state;
    for (int i = 0; i < 100; i++) {
        numbers = arena_grow(&arena, numbers, (size_t)i, &capacity, sizeof *numbers);
        numbers[i] = i;
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], i);
    arena_free(&arena);
}

static void children_go_with_their_parent_or_before(void **state)
{
    struct arena arena = ARENA_INIT;
    struct arena *child = arena_child(&arena), *grandchild = arena_child(child);

    (void)state;
    assert_string_equal(arena_text(child, "again and again"), "again and again");
    arena_free(child); /* the grandchild with it */
    grandchild = arena_child(child);
    assert_string_equal(arena_text(child, "used again"), "used again");
    assert_string_equal(arena_text(grandchild, "too"), "too");
    arena_free(&arena);
    assert_null(arena.children);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_live_until_the_arena_goes),
        cmocka_unit_test(large_pieces_get_room_of_their_own),
        cmocka_unit_test(absent_stays_absent_and_empty_stays_empty),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
        cmocka_unit_test(children_go_with_their_parent_or_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
