/* SPDX-License-Identifier: MIT */
#include "tests/unit/stored.h"

#include "base/memory.h"
#include "store/evidence.h"
#include "store/schema.h"
#include "store/sqlite.h"

/* A store from the inside. */
struct inside {
    struct place *place;
    struct db db;
    struct evidence *evidence;
};

static int inside_open(void **state)
{
    struct inside *inside;
    void *place = NULL;
    struct error err;

    if (place_open(&place) != 0)
        return -1;
    inside = mem_new(1, sizeof *inside);
    *state = inside;
    inside->place = place;
    inside->db = (struct db)DB_INIT;
    if (!db_open(&inside->db, inside->place->path, STORE_CREATE, &err)
        || !schema_bring(&inside->db, schema_steps, schema_step_count, STORE_CREATE, &err))
        return -1;
    inside->evidence = evidence_new(&inside->db);
    return 0;
}

static int inside_close(void **state)
{
    struct inside *inside = *state;
    void *place = inside->place;

    evidence_free(inside->evidence);
    db_close(&inside->db);
    mem_free(inside);
    return place_close(&place);
}

#define INSIDE(test) cmocka_unit_test_setup_teardown(test, inside_open, inside_close)

static int64_t kept(struct inside *inside, struct slice piece)
{
    struct error err = {0};
    int64_t id = -1;

    if (!evidence_put(inside->evidence, piece, &id, NULL, &err))
        print_error("%s\n", err.text);
    assert_int_equal(err.code, ERR_NONE);
    return id;
}

static void equal_pieces_are_kept_once(void **state)
{
    struct inside *inside = *state;
    int64_t first = kept(inside, slice_of("one"));

    assert_int_not_equal(kept(inside, slice_of("two")), first);
    assert_int_equal(kept(inside, slice_of("one")), first);
    assert_int_equal(asked(inside->place->path, "SELECT count(*) FROM evidence"), 2);
}

static void pieces_of_any_size_come_back(void **state)
{
    static const size_t sizes[] = {0, 1, 47, 48, 49, 1000, 65536, 300000};
    struct inside *inside = *state;

    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i / 2];
        char *bytes = calloc(size + 1, 1);
        uint32_t noise = 1;
        struct arena arena = ARENA_INIT;
        struct slice again;
        struct slice piece = {bytes, size};

        assert_non_null(bytes);
        /* Zeros, which pack well, and noise, which does not. */
        for (size_t at = 0; at < size && i % 2; at++)
            bytes[at] = (char)((noise = noise * 1664525 + 1013904223) >> 24);
        assert_true(evidence_get(inside->evidence, kept(inside, piece), &arena, &again, NULL));
        assert_non_null(again.data);
        assert_true(slice_equals(piece, again));
        assert_int_equal(again.data[size], '\0');
        arena_free(&arena);
        free(bytes);
    }
    assert_true(asked(inside->place->path, "SELECT max(length(bytes)) FROM evidence WHERE packing = 1") < 100);
    assert_int_equal(asked(inside->place->path, "SELECT count(*) FROM evidence WHERE packing = 0 AND length(bytes) "
                                                "<> size"),
                     0);
}

static void what_is_absent_stays_so(void **state)
{
    struct inside *inside = *state;
    struct arena arena = ARENA_INIT;
    struct slice piece;

    assert_int_equal(kept(inside, (struct slice){NULL, 0}), 0);
    assert_true(evidence_get(inside->evidence, 0, &arena, &piece, NULL));
    assert_null(piece.data);
    arena_free(&arena);
}

static void a_piece_is_known_by_its_digest_without_being_read(void **state)
{
    struct inside *inside = *state;
    struct digest digest;
    uint64_t size;
    char text[DIGEST_TEXT];

    assert_true(evidence_name(inside->evidence, kept(inside, slice_of("abc")), &digest, &size, NULL));
    assert_string_equal(digest_text(&digest, text),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(size, 3);
}

static void assert_damaged(struct inside *inside, const char *sql)
{
    struct arena arena = ARENA_INIT;
    struct error err = {0};
    struct slice piece;

    execute(inside->place->path, sql);
    assert_false(evidence_get(inside->evidence, 1, &arena, &piece, &err));
    assert_int_equal(err.code, ERR_STORE);
    assert_non_null(strstr(err.text, "damaged"));
    arena_free(&arena);
}

static void a_piece_that_was_changed_is_noticed(void **state)
{
    struct inside *inside = *state;
    char zeros[500] = {0};

    assert_int_equal(kept(inside, (struct slice){zeros, sizeof zeros}), 1);
    assert_damaged(inside, "UPDATE evidence SET size = 501");
    assert_damaged(inside, "UPDATE evidence SET size = 9000000000000000000");
    assert_damaged(inside, "UPDATE evidence SET size = -1");
    assert_damaged(inside, "UPDATE evidence SET size = 500, packing = 9");
    assert_damaged(inside, "UPDATE evidence SET packing = 1, bytes = x'28b52ffd00'");
    assert_damaged(inside, "UPDATE evidence SET size = 3, packing = 0, bytes = x'616263'");
    assert_damaged(inside, "PRAGMA foreign_keys = OFF; DELETE FROM evidence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(equal_pieces_are_kept_once),
        INSIDE(pieces_of_any_size_come_back),
        INSIDE(what_is_absent_stays_so),
        INSIDE(a_piece_is_known_by_its_digest_without_being_read),
        INSIDE(a_piece_that_was_changed_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
