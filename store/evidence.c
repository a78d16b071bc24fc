/* SPDX-License-Identifier: MIT */
#include "store/evidence.h"

#include <string.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/sqlite.h"

/* Stored as numbers: append only. */
enum packing { PACKING_NONE, PACKING_ZSTD, PACKING_COUNT };

enum {
    LEVEL = 3,           /* higher ones cost several times the CPU for a few per cent */
    WORTH_PACKING = 512, /* below this it saves a hundred bytes, once, and takes longer than the insert */
};

enum {
    RECENT_COUNT = 32,
    RECENT_LARGEST = 2048,
    KNOWN_COUNT = 64,
    ROOM_KEPT = 64 * 1024, /* a run's config may need more, once */
};

/* More than any piece the collector keeps, less than what would take a machine down when a damaged row claims it. */
static const uint64_t size_limit = UINT64_C(512) << 20;

/* A piece that was put in this transaction: certificates and judgements are the same from probe to probe, and comparing
 * them costs a tenth of naming and looking them up. */
struct recent {
    int64_t id; /* 0: none */
    size_t len;
    struct digest digest;
    char bytes[RECENT_LARGEST];
};

/* A piece that was read in this snapshot: what one probe refers to, the next one mostly does. */
struct known {
    int64_t id; /* 0: none */
    struct digest digest;
    uint64_t size;
    char *bytes; /* NULL: only its name was read */
};

struct evidence {
    struct db *db;
    struct recent recent[RECENT_COUNT]; /* by length */
    struct known known[KNOWN_COUNT];    /* by id */
    bool one_snapshot;                  /* they may be kept */
    ZSTD_CCtx *packer;
    ZSTD_DCtx *unpacker;
    char *room; /* of the packed piece, kept between pieces */
    size_t capacity;
};

struct evidence *evidence_new(struct db *db)
{
    struct evidence *evidence = mem_new(1, sizeof *evidence);

    evidence->db = db;
    return evidence;
}

void evidence_free(struct evidence *evidence)
{
    if (!evidence)
        return;
    evidence_snapshot(evidence, false);
    ZSTD_freeCCtx(evidence->packer);
    ZSTD_freeDCtx(evidence->unpacker);
    mem_free(evidence->room);
    mem_free(evidence);
}

/* The bytes as they will stand in the row: packed when that saves an eighth, which pays for unpacking them. */
static bool pack(struct evidence *evidence, struct slice piece, struct slice *packed, enum packing *packing,
                 struct error *err)
{
    size_t most = ZSTD_compressBound(piece.len);
    size_t len;

    *packed = piece;
    *packing = PACKING_NONE;
    if (piece.len < WORTH_PACKING)
        return true;
    if (!evidence->packer && !(evidence->packer = ZSTD_createCCtx()))
        return fail(err, ERR_SYSTEM, "no memory to pack evidence");
    if (most > evidence->capacity) {
        evidence->room = mem_resize(evidence->room, most, 1);
        evidence->capacity = most;
    }
    len = ZSTD_compressCCtx(evidence->packer, evidence->room, evidence->capacity, piece.data, piece.len, LEVEL);
    if (ZSTD_isError(len))
        return fail(err, ERR_SYSTEM, "evidence cannot be packed: %s", ZSTD_getErrorName(len));
    if (len < piece.len - piece.len / 8) {
        *packed = (struct slice){evidence->room, len};
        *packing = PACKING_ZSTD;
    }
    return true;
}

/* Fills `bytes`, of `size` and one more for the NUL; false when the row does not hold that. */
static bool unpack(struct evidence *evidence, struct slice packed, enum packing packing, char *bytes, size_t size)
{
    bytes[size] = '\0';
    switch (packing) {
    case PACKING_NONE:
        if (packed.len == size)
            memcpy(bytes, packed.data, size);
        return packed.len == size;
    case PACKING_ZSTD:
        if (!evidence->unpacker && !(evidence->unpacker = ZSTD_createDCtx()))
            return false;
        return ZSTD_decompressDCtx(evidence->unpacker, bytes, size, packed.data, packed.len) == size;
    case PACKING_COUNT:
        break;
    }
    return false;
}

static bool find(struct evidence *evidence, const struct digest *digest, int64_t *id, struct error *err)
{
    static const char sql[] = "SELECT id FROM evidence WHERE digest = ?1";
    struct query query;
    bool row;

    *id = 0;
    if (!query_open(&query, evidence->db, sql, err))
        return false;
    query_put_blob(&query, 1, (struct slice){(const char *)digest->bytes, sizeof digest->bytes});
    if (!query_step(&query, &row, err)) {
        query_close(&query);
        return false;
    }
    if (row)
        *id = query_int(&query, 0);
    query_close(&query);
    return true;
}

/* Proves that what is about to be written can be read. The bytes are at hand, so no second digest is needed; a piece that is
 * not packed is itself. */
static bool verify(struct evidence *evidence, struct slice piece, struct slice packed, enum packing packing,
                   struct error *err)
{
    char *bytes;
    bool same;

    if (packing == PACKING_NONE)
        return true;
    bytes = mem_new(piece.len + 1, 1);
    same =
        unpack(evidence, packed, packing, bytes, piece.len) && slice_equals((struct slice){bytes, piece.len}, piece);
    mem_free(bytes);
    return same || fail(err, ERR_SYSTEM, "evidence that was packed cannot be unpacked");
}

static bool insert(struct evidence *evidence, struct slice piece, const struct digest *digest, int64_t *id,
                   struct error *err)
{
    static const char sql[] = "INSERT INTO evidence (digest, size, packing, bytes) VALUES (?1, ?2, ?3, ?4)";
    struct query query;
    struct slice packed;
    enum packing packing;

    if (!pack(evidence, piece, &packed, &packing, err) || !verify(evidence, piece, packed, packing, err)
        || !query_open(&query, evidence->db, sql, err))
        return false;
    query_put_blob(&query, 1, (struct slice){(const char *)digest->bytes, sizeof digest->bytes});
    query_put_int(&query, 2, (int64_t)piece.len);
    query_put_int(&query, 3, packing);
    query_put_blob(&query, 4, packed);
    if (!query_finish(&query, err))
        return false;
    *id = query_last_id(&query);
    if (evidence->capacity > ROOM_KEPT) {
        mem_free(evidence->room);
        evidence->room = NULL;
        evidence->capacity = 0;
    }
    return true;
}

/* The row `id`: its columns, valid until `query` is closed. */
static bool open_row(struct evidence *evidence, struct query *query, int64_t id, struct error *err)
{
    static const char sql[] = "SELECT digest, size, packing, bytes FROM evidence WHERE id = ?1";
    bool row;

    if (!query_open(query, evidence->db, sql, err))
        return false;
    query_put_int(query, 1, id);
    if (!query_step(query, &row, err))
        return false;
    return row
           || fail(err, ERR_STORE, "%s: the store is damaged: evidence %lld is missing", evidence->db->path,
                   (long long)id);
}

static bool damaged(struct evidence *evidence, int64_t id, struct error *err)
{
    return fail(err, ERR_STORE,
                "%s: the store is damaged: evidence %lld is not what was stored; keep the file, and restore a backup",
                evidence->db->path, (long long)id);
}

/* Where `piece` is, or would be, among the recent ones; NULL: it is too large to be kept there. */
static struct recent *recent_of(struct evidence *evidence, struct slice piece)
{
    return piece.len <= RECENT_LARGEST ? &evidence->recent[piece.len % RECENT_COUNT] : NULL;
}

static bool is_recent(const struct recent *recent, struct slice piece)
{
    return recent && recent->id && recent->len == piece.len && memcmp(recent->bytes, piece.data, piece.len) == 0;
}

static void remember(struct recent *recent, struct slice piece, const struct digest *digest, int64_t id)
{
    if (!recent)
        return;
    recent->id = id;
    recent->len = piece.len;
    recent->digest = *digest;
    memcpy(recent->bytes, piece.data, piece.len);
}

void evidence_forget(struct evidence *evidence)
{
    for (size_t i = 0; i < RECENT_COUNT; i++)
        evidence->recent[i].id = 0;
}

bool evidence_put(struct evidence *evidence, struct slice piece, int64_t *id, struct digest *digest, struct error *err)
{
    struct recent *recent = recent_of(evidence, piece);
    struct digest name;

    *id = 0;
    if (!piece.data)
        return true;
    if (is_recent(recent, piece)) {
        *id = recent->id;
        if (digest)
            *digest = recent->digest;
        return true;
    }
    if (piece.len > size_limit)
        return fail(err, ERR_STORE, "a piece of evidence of %zu bytes is too large to be kept", piece.len);
    name = digest_of(piece);
    if (digest)
        *digest = name;
    if (!find(evidence, &name, id, err))
        return false;
    if (!*id && !insert(evidence, piece, &name, id, err))
        return false;
    remember(recent, piece, &name, *id);
    return true;
}

void evidence_snapshot(struct evidence *evidence, bool held)
{
    evidence->one_snapshot = held;
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        mem_free(evidence->known[i].bytes);
        evidence->known[i] = (struct known){.id = 0};
    }
}

static struct known *known_of(struct evidence *evidence, int64_t id)
{
    return &evidence->known[(uint64_t)id % KNOWN_COUNT];
}

/* `bytes` NULL: only the name is known. Large pieces are not kept. */
static void keep_known(struct evidence *evidence, int64_t id, const struct digest *digest, uint64_t size,
                       const char *bytes)
{
    struct known *known = known_of(evidence, id);

    if (!evidence->one_snapshot)
        return;
    mem_free(known->bytes);
    *known = (struct known){id, *digest, size, NULL};
    if (bytes && size <= RECENT_LARGEST)
        known->bytes = mem_copy(bytes, size);
}

static bool read_piece(struct evidence *evidence, int64_t id, struct arena *arena, struct slice *piece,
                       struct error *err)
{
    struct query query;
    struct digest name;
    uint64_t size;
    char *bytes;
    bool ok = false;

    if (!open_row(evidence, &query, id, err))
        goto out;
    size = (uint64_t)query_int(&query, 1);
    if (size > size_limit) {
        damaged(evidence, id, err);
        goto out;
    }
    bytes = arena_new(arena, size + 1, 1);
    name = unpack(evidence, query_blob(&query, 3), (enum packing)query_int(&query, 2), bytes, size)
               ? digest_of((struct slice){bytes, size})
               : (struct digest){{0}};
    if (!slice_equals(query_blob(&query, 0), (struct slice){(const char *)name.bytes, sizeof name.bytes})) {
        damaged(evidence, id, err);
        goto out;
    }
    *piece = (struct slice){bytes, size};
    keep_known(evidence, id, &name, size, bytes);
    ok = true;
out:
    query_close(&query);
    return ok;
}

bool evidence_get(struct evidence *evidence, int64_t id, struct arena *arena, struct slice *piece, struct error *err)
{
    const struct known *known = known_of(evidence, id);

    *piece = (struct slice){NULL, 0};
    if (id == 0)
        return true;
    if (known->id != id || !known->bytes)
        return read_piece(evidence, id, arena, piece, err);
    *piece = arena_slice(arena, (struct slice){known->bytes, known->size});
    return true;
}

bool evidence_name(struct evidence *evidence, int64_t id, struct digest *digest, uint64_t *size, struct error *err)
{
    static const char sql[] = "SELECT digest, size FROM evidence WHERE id = ?1";
    const struct known *known = known_of(evidence, id);
    struct query query;
    struct slice name;
    bool row;
    bool ok = false;

    if (id != 0 && known->id == id) {
        *digest = known->digest;
        *size = known->size;
        return true;
    }
    if (!query_open(&query, evidence->db, sql, err))
        return false;
    query_put_int(&query, 1, id);
    if (!query_step(&query, &row, err))
        goto out;
    name = row ? query_blob(&query, 0) : (struct slice){NULL, 0};
    if (name.len != sizeof digest->bytes) {
        damaged(evidence, id, err);
        goto out;
    }
    memcpy(digest->bytes, name.data, sizeof digest->bytes);
    *size = (uint64_t)query_int(&query, 1);
    keep_known(evidence, id, digest, *size, NULL);
    ok = true;
out:
    query_close(&query);
    return ok;
}
