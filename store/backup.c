/* SPDX-License-Identifier: MIT */
/* The copy is made beside its place by SQLite's backup in one step, which reads one snapshot while others go on writing,
 * is looked at, and only then takes its name. */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "store/schema.h"
#include "store/sqlite.h"

/* Where the header of a database has the number of the program that made it, big-endian. */
enum { APPLICATION_AT = 68, APPLICATION_BYTES = 4 };

static bool is_store(const char *path)
{
    unsigned char bytes[APPLICATION_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : pread(fd, bytes, sizeof bytes, APPLICATION_AT);

    if (fd >= 0)
        close(fd);
    return got == APPLICATION_BYTES
           && ((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3])
                  == SCHEMA_APPLICATION;
}

/* A log beside it belongs to the file that is there: with another one it would be damage. */
static bool has_log(const char *path)
{
    struct buf name = BUF_INIT;
    struct stat info;
    bool there;

    buf_printf(&name, "%s-wal", path);
    there = stat(name.data, &info) == 0;
    buf_free(&name);
    return there;
}

/* Whether the file at `path` may be replaced. */
static bool may_replace(struct db *db, const char *path, bool force, struct error *err)
{
    struct stat there, ours;

    if (stat(path, &there) != 0)
        return errno == ENOENT || fail(err, ERR_IO, "%s: no backup can be written there: %s", path, strerror(errno));
    if (S_ISDIR(there.st_mode))
        return fail(err, ERR_USAGE, "%s is a directory: name a file in it for the backup", path);
    if (!S_ISREG(there.st_mode))
        return fail(err, ERR_USAGE, "%s is no file: a backup cannot be put there", path);
    if (stat(db->path, &ours) == 0 && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
        return fail(err, ERR_USAGE, "%s is the store itself: name another file for the backup", path);
    if (has_log(path))
        return fail(err, ERR_USAGE, "%s is a store in use (%s-wal is beside it): name another file for the backup",
                    path, path);
    return force || is_store(path)
           || fail(err, ERR_USAGE, "%s is there and is no store of endoscope: name another file, or give --force",
                   path);
}

static bool copy_into(struct db *db, struct db *copy, struct error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(copy->handle, "main", db->handle, "main");
    int code;

    errno = 0;
    if (!backup)
        return db_fail(copy, err);
    code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        return true;
    /* What went wrong may be on either side; the codes of the copy's side are the common ones. */
    return db_fail(sqlite3_errcode(copy->handle) != SQLITE_OK ? copy : db, err);
}

/* Makes the copy a single file, and reads it through: a backup that cannot be read is none. */
static bool settle(struct db *copy, struct error *err)
{
    int64_t well;

    if (!db_execute(copy, "PRAGMA journal_mode = DELETE", err)
        || !db_number(copy, "SELECT count(*) FROM pragma_quick_check WHERE quick_check = 'ok'", &well, err))
        return false;
    return well == 1 || fail(err, ERR_STORE, "%s: the store is damaged; a copy of it would be, too", copy->path);
}

static bool make_copy(struct db *db, const char *temporary, struct error *err)
{
    struct db copy = DB_INIT;
    bool ok = db_open(&copy, temporary, STORE_CREATE, err) && copy_into(db, &copy, err) && settle(&copy, err);

    db_close(&copy);
    return ok;
}

static bool put_in_place(const char *temporary, const char *path, struct error *err)
{
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    ok = ok && rename(temporary, path) == 0;
    if (!ok)
        return fail(err, ERR_IO, "%s: the backup cannot be put there: %s; what was there before is untouched", path,
                    strerror(errno));
    db_sync_directory(path);
    return true;
}

static void remove_all(const char *temporary)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct buf name = BUF_INIT;

        buf_printf(&name, "%s%s", temporary, ends[i]);
        unlink(name.data);
        buf_free(&name);
    }
}

bool backup_write(struct db *db, const char *path, bool force, struct error *err)
{
    struct buf temporary = BUF_INIT;
    char *target = NULL;
    int fd;
    bool ok = false;

    if (!may_replace(db, path, force, err))
        return false;
    /* A link stays one. */
    target = realpath(path, NULL);
    buf_printf(&temporary, "%s.XXXXXX", target ? target : path);
    fd = mkostemp(temporary.data, O_CLOEXEC);
    if (fd < 0) {
        fail(err, ERR_IO, "%s: no backup can be written there: %s", path, strerror(errno));
        goto out;
    }
    close(fd);
    ok = make_copy(db, temporary.data, err) && put_in_place(temporary.data, target ? target : path, err);
    if (!ok)
        remove_all(temporary.data);
out:
    free(target);
    buf_free(&temporary);
    return ok;
}
