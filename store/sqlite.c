/* SPDX-License-Identifier: MIT */
#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/memory.h"

/* How long a writer waits for another one: longer than any batch takes, shorter than cron's patience. */
enum { BUSY_MS = 15000 };

static bool disk_is_full(int code, int cause)
{
    if ((code & 0xFF) == SQLITE_FULL)
        return true;
    return (code & 0xFF) == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT || cause == EFBIG);
}

/* What each kind of failure means to a person, and what to do about it. */
static const char *words_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_NOTADB:
        return "this is not a store of endoscope, nor any SQLite database; name another file with --store";
    case SQLITE_CORRUPT:
        return "the store is damaged; keep the file, and restore a backup";
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "the store cannot be written: make the file and its directory writable for this user, or name "
               "another with --store";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another process has been writing to the store for too long; try again when it is done";
    case SQLITE_CANTOPEN:
        return "the store cannot be opened: are the file and its directory there and open to this user?";
    case SQLITE_IOERR:
        return "the store cannot be read or written: look at the disk and its file system";
    case SQLITE_NOMEM:
        return "out of memory";
    case SQLITE_TOOBIG:
        return "a value is larger than the store can hold";
    default:
        return "the store refused";
    }
}

/* SQLite notes the system's reason when it opens, but not when it writes: then errno still has it, if it was cleared
 * before the call. */
static bool fail_with(struct db *db, int code, struct error *err)
{
    int left = errno;
    int noted = db->handle ? sqlite3_system_errno(db->handle) : 0;
    int cause = noted ? noted : left;
    const char *detail =
        db->handle && sqlite3_extended_errcode(db->handle) == code ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);

    if (disk_is_full(code, cause))
        return fail(err, ERR_STORE,
                    "%s: no room left to write (disk full, quota or file size limit); make room and run again: what "
                    "was recorded before is whole (%s)",
                    db->path, detail);
    if ((code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN)
        return fail(err, ERR_STORE, "%s: %s (%s%s%s)", db->path, words_of(code), detail, cause ? ": " : "",
                    cause ? strerror(cause) : "");
    return fail(err, ERR_STORE, "%s: %s (%s)", db->path, words_of(code), detail);
}

bool db_fail(struct db *db, struct error *err)
{
    return fail_with(db, db->handle ? sqlite3_extended_errcode(db->handle) : SQLITE_CANTOPEN, err);
}

void db_sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = slash ? mem_copy(path, (size_t)(slash - path) + 1) : mem_copy(".", 1);
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    mem_free(name);
    if (fd < 0)
        return;
    /* Some file systems cannot; then the name is as safe as theirs are. */
    if (fsync(fd) != 0)
        log_line(LOG_DEBUG, "%s: its directory cannot be synced: %s", path, strerror(errno));
    close(fd);
}

/* Made by us and not by SQLite, so that no umask makes evidence readable to others; -wal and -shm follow its
 * mode. */
static bool make_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST)
        return true;
    if (fd < 0)
        return fail(err, ERR_STORE, "%s: the store cannot be made: %s; name another place with --store", path,
                    strerror(errno));
    close(fd);
    db_sync_directory(path);
    return true;
}

static bool look_at_file(const char *path, struct error *err)
{
    struct stat info;

    if (stat(path, &info) != 0 && errno == ENOENT)
        return fail(err, ERR_STORE, "%s: there is no store here yet; `endoscope run` makes one", path);
    if (stat(path, &info) != 0)
        return fail(err, ERR_STORE, "%s: the store cannot be opened: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return fail(err, ERR_STORE, "%s: this is no file, so it can be no store; name another with --store", path);
    return true;
}

/* A URI that means the file and nothing but the file. */
static void put_uri(struct buf *uri, const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-~";

    buf_puts(uri, "file:");
    if (path[0] != '/')
        buf_puts(uri, "./");
    for (; *path; path++)
        if (strchr(plain, *path))
            buf_putc(uri, *path);
        else
            buf_printf(uri, "%%%02X", (unsigned char)*path);
}

static int open_handle(struct db *db, int flags, const char *query)
{
    struct buf uri = BUF_INIT;
    int code;

    put_uri(&uri, db->path);
    buf_puts(&uri, query);
    code = sqlite3_open_v2(
        uri.data, &db->handle,
        flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
    buf_free(&uri);
    return code;
}

/* A file that someone else made runs no code here: no triggers, views, or functions from its schema. */
static int harden(sqlite3 *handle)
{
    static const struct {
        int option, value;
    } settings[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        int code = sqlite3_db_config(handle, settings[i].option, settings[i].value, NULL);

        if (code != SQLITE_OK)
            return code;
    }
    return sqlite3_busy_timeout(handle, BUSY_MS);
}

static int first_read(struct db *db)
{
    int code = harden(db->handle);

    return code == SQLITE_OK ? sqlite3_exec(db->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) : code;
}

static bool log_is_empty(const char *path)
{
    struct buf name = BUF_INIT;
    struct stat info;
    bool empty;

    buf_printf(&name, "%s-wal", path);
    empty = stat(name.data, &info) == 0 ? info.st_size == 0 : errno == ENOENT;
    buf_free(&name);
    return empty;
}

/* Where nothing can be written beside the file, SQLite cannot share it with a writer. Without a log the file
 * is all there is, and can be read as it stands; with one, what was last recorded would be missing. */
static bool open_frozen(struct db *db, struct error *err)
{
    int code;

    if (!log_is_empty(db->path))
        return fail(err, ERR_STORE,
                    "%s: its last records are in %s-wal, which can be read only where this user may write beside "
                    "it; copy both files to a directory of your own, or read it as its owner",
                    db->path, db->path);
    sqlite3_close(db->handle);
    db->handle = NULL;
    errno = 0;
    code = open_handle(db, SQLITE_OPEN_READONLY, "?immutable=1");
    if (code == SQLITE_OK)
        code = first_read(db);
    if (code != SQLITE_OK)
        return fail_with(db, code, err);
    log_line(LOG_NOTE, "%s: nothing may be written beside it, so it is read as it stands, without a lock", db->path);
    return true;
}

/* One thread has all handles of a process: the locks, and the counters that need one, are of no use. Refused, which changes
 * nothing, once SQLite has started. */
static void choose_one_thread(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

bool db_open(struct db *db, const char *path, enum store_mode mode, struct error *err)
{
    /* A log that grew beside a long reader is cut again at the next checkpoint. */
    static const char settings[] = "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608";
    int code;

    db->path = mem_copy(path, strlen(path));
    choose_one_thread();
    if ((mode == STORE_CREATE && !make_file(path, err)) || !look_at_file(path, err))
        return false;
    errno = 0;
    code = open_handle(db, mode == STORE_CREATE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, "");
    if (code == SQLITE_OK)
        code = first_read(db);
    if (mode == STORE_READ && ((code & 0xFF) == SQLITE_CANTOPEN || (code & 0xFF) == SQLITE_READONLY)
        && access(path, R_OK) == 0)
        return open_frozen(db, err);
    /* Asked to write, SQLite reads where it may not: better said before the probes than after them. */
    if (code == SQLITE_OK && mode == STORE_CREATE && sqlite3_db_readonly(db->handle, "main") != 0)
        code = SQLITE_READONLY;
    if (code != SQLITE_OK)
        return fail_with(db, code, err);
    return mode == STORE_READ ? db_execute(db, "PRAGMA query_only = ON", err) : db_execute(db, settings, err);
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < db->count; i++)
        sqlite3_finalize(db->prepared[i].statement);
    mem_free(db->prepared);
    /* Fails only while a statement is open, and none is. */
    sqlite3_close(db->handle);
    mem_free(db->path);
    *db = (struct db)DB_INIT;
}

bool db_execute(struct db *db, const char *sql, struct error *err)
{
    errno = 0;
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(db, err);
}

bool db_number(struct db *db, const char *sql, int64_t *number, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int code;

    *number = 0;
    errno = 0;
    code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *number = sqlite3_column_int64(statement, 0);
    else if (code != SQLITE_DONE)
        db_fail(db, err);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool db_check_references(struct db *db, bool on, struct error *err)
{
    return sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, (int)on, NULL) == SQLITE_OK || db_fail(db, err);
}

bool db_begin(struct db *db, struct error *err)
{
    return db_execute(db, "BEGIN IMMEDIATE", err);
}

bool db_commit(struct db *db, struct error *err)
{
    return db_execute(db, "COMMIT", err);
}

void db_rollback(struct db *db)
{
    /* After a full disk SQLite may have rolled back by itself; a second time is an error that says nothing.
     */
    if (!sqlite3_get_autocommit(db->handle))
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

bool db_write_ahead(struct db *db, struct error *err)
{
    int code = SQLITE_BUSY;

    /* The switch wants the file for itself and does not wait by the busy timeout: two that make a store at
     * once meet here. Where the file system has no shared memory it stays off, which is as safe and only
     * slower. */
    for (int waited = 0; waited < BUSY_MS; waited += 10) {
        code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
        if ((code & 0xFF) != SQLITE_BUSY && (code & 0xFF) != SQLITE_LOCKED)
            break;
        sqlite3_sleep(10);
    }
    return code == SQLITE_OK || fail_with(db, code, err);
}

bool query_open(struct query *query, struct db *db, const char *sql, struct error *err)
{
    size_t slot = 0;
    bool own;

    *query = (struct query){.db = db, .bound = SQLITE_OK};
    while (slot < db->count && db->prepared[slot].sql != sql)
        slot++;
    own = slot < db->count && db->prepared[slot].taken;
    if (slot == db->count || own) {
        if (sqlite3_prepare_v3(db->handle, sql, -1, own ? 0 : SQLITE_PREPARE_PERSISTENT, &query->statement, NULL)
            != SQLITE_OK)
            return db_fail(db, err);
        if (!own) {
            db->prepared = mem_grow(db->prepared, db->count, &db->capacity, sizeof *db->prepared);
            db->prepared[db->count++] = (struct prepared){sql, query->statement, true};
        }
    }
    query->slot = slot;
    query->own = own;
    if (!own) {
        query->statement = db->prepared[slot].statement;
        db->prepared[slot].taken = true;
    }
    return true;
}

void query_close(struct query *query)
{
    if (!query->statement)
        return;
    if (query->own) {
        sqlite3_finalize(query->statement);
    } else {
        /* What a step failed with was reported then; resetting repeats it. */
        sqlite3_reset(query->statement);
        sqlite3_clear_bindings(query->statement);
        query->db->prepared[query->slot].taken = false;
    }
    query->statement = NULL;
}

static void remember(struct query *query, int code)
{
    if (query->bound == SQLITE_OK)
        query->bound = code;
}

void query_put_int(struct query *query, int at, int64_t value)
{
    remember(query, sqlite3_bind_int64(query->statement, at, value));
}

void query_put_null(struct query *query, int at)
{
    remember(query, sqlite3_bind_null(query->statement, at));
}

void query_put_text(struct query *query, int at, const char *text)
{
    remember(query, sqlite3_bind_text(query->statement, at, text, -1, SQLITE_STATIC));
}

void query_put_blob(struct query *query, int at, struct slice blob)
{
    if (!blob.data)
        query_put_null(query, at);
    else
        remember(query, sqlite3_bind_blob64(query->statement, at, blob.data, blob.len, SQLITE_STATIC));
}

bool query_step(struct query *query, bool *row, struct error *err)
{
    int code = query->bound;

    *row = false;
    if (code != SQLITE_OK)
        return fail_with(query->db, code, err);
    errno = 0;
    code = sqlite3_step(query->statement);
    *row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE || db_fail(query->db, err);
}

bool query_finish(struct query *query, struct error *err)
{
    bool row;
    bool ok = query_step(query, &row, err);

    query_close(query);
    return ok;
}

bool query_is_null(const struct query *query, int at)
{
    return sqlite3_column_type(query->statement, at) == SQLITE_NULL;
}

int64_t query_int(const struct query *query, int at)
{
    return sqlite3_column_int64(query->statement, at);
}

struct slice query_blob(const struct query *query, int at)
{
    const void *data = sqlite3_column_blob(query->statement, at);
    int len = sqlite3_column_bytes(query->statement, at);

    if (query_is_null(query, at))
        return (struct slice){NULL, 0};
    /* SQLite gives an empty blob as NULL; ours is present. */
    return (struct slice){data ? data : "", data ? (size_t)len : 0};
}

const char *query_text(const struct query *query, int at, struct arena *arena)
{
    return arena_text(arena, (const char *)sqlite3_column_text(query->statement, at));
}

const char *query_text_here(const struct query *query, int at)
{
    return (const char *)sqlite3_column_text(query->statement, at);
}

int64_t query_last_id(const struct query *query)
{
    return sqlite3_last_insert_rowid(query->db->handle);
}
