/* SPDX-License-Identifier: MIT */
#include "cli/night_folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/output.h"
#include "store/rollup.h"

/* The milliseconds: two nights of one minute have two folders. */
enum { ID_DIGITS = 13, MARK_MOST = 4096 };

static const char mark_name[] = ".endoscope-night";
static const char schema[] = "endoscope-night-folder/1";

const char *night_folder_name(const struct run *run, struct arena *arena)
{
    time_t local = (time_t)(run->started.us / 1000000 + run->offset_s);
    char id[UUID_TEXT], when[32];
    struct tm parts;

    gmtime_r(&local, &parts);
    strftime(when, sizeof when, "%Y-%m-%d_%H%M", &parts);
    return arena_printf(arena, "%s_%.*s", when, ID_DIGITS, uuid_text(&run->id, id));
}

bool night_folder_mark(const char *folder, const struct run *run, struct error *err)
{
    struct buf path = BUF_INIT;
    char id[UUID_TEXT];
    json_t *mark =
        json_pack("{s:s, s:s, s:I, s:i, s:s?, s:s?, s:s?}", "schema", schema, "run", uuid_text(&run->id, id),
                  "started_us", (json_int_t)run->started.us, "offset_s", (int)run->offset_s, "suite", run->suite,
                  "environment", run->environment, "vantage", run->vantage);
    char *text = mark ? json_dumps(mark, JSON_INDENT(1)) : NULL;
    bool ok;

    buf_printf(&path, "%s/%s", folder, mark_name);
    ok = text ? output_write(path.data, slice_of(text), false, err)
              : fail(err, ERR_CONFIG, "the name of the suite, environment or vantage is no UTF-8");
    free(text);
    json_decref(mark);
    buf_free(&path);
    return ok;
}

/* One folder that may be one of ours. */
struct candidate {
    const struct night_folders *folders;
    int parent, fd;
    const char *name;
    const char *path; /* for people */
};

/* Reads the mark: a regular file, whatever its name leads to. NULL: there is none that makes sense. */
static json_t *read_mark(int fd)
{
    int file = openat(fd, mark_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    char text[MARK_MOST];
    struct stat info;
    ssize_t len = -1;

    if (file < 0)
        return NULL;
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode))
        len = read(file, text, sizeof text);
    close(file);
    return len > 0 ? json_loadb(text, (size_t)len, 0, NULL) : NULL;
}

static bool is_whose(const json_t *mark, const char *key, const char *wanted)
{
    const char *has = json_string_value(json_object_get(mark, key));

    return !wanted || (has && strcmp(has, wanted) == 0);
}

/* Whether the folder is of a night as it is asked for, and old. */
static bool is_old_night(const struct candidate *candidate, const json_t *mark, struct arena *arena)
{
    const struct night_folders *folders = candidate->folders;
    const char *of = json_string_value(json_object_get(mark, "schema"));
    const char *id = json_string_value(json_object_get(mark, "run"));
    const json_t *started = json_object_get(mark, "started_us"), *offset = json_object_get(mark, "offset_s");
    struct run run = {.started = {json_integer_value(started)}, .offset_s = (int32_t)json_integer_value(offset)};

    return of && strcmp(of, schema) == 0 && id && uuid_parse(id, &run.id) && json_is_integer(started)
           && json_is_integer(offset) && strcmp(night_folder_name(&run, arena), candidate->name) == 0
           && is_whose(mark, "suite", folders->suite) && is_whose(mark, "environment", folders->environment)
           && is_whose(mark, "vantage", folders->vantage)
           && rollup_day(run.started, run.offset_s)
                  < rollup_day((struct wall){folders->now.us - folders->keep_us}, run.offset_s);
}

/* A report in one of its formats, the mark, or what a night that was killed while it wrote one left. */
static bool is_report_file(const char *name)
{
    static const char *const stems[] = {"report.", "since-previous.", "since-last-good."};
    static const char *const endings[] = {"md", "html", "json", "txt"};
    const char *rest = NULL;

    if (strncmp(name, mark_name, sizeof mark_name - 1) == 0)
        rest = name + sizeof mark_name - 1;
    for (size_t i = 0; i < sizeof stems / sizeof *stems && !rest; i++)
        for (size_t k = 0; k < sizeof endings / sizeof *endings && !rest; k++) {
            size_t stem = strlen(stems[i]), ending = strlen(endings[k]);

            if (strncmp(name, stems[i], stem) == 0 && strncmp(name + stem, endings[k], ending) == 0)
                rest = name + stem + ending;
        }
    /* The six of mkstemp(3). */
    return rest
           && (!*rest
               || (rest[0] == '.'
                   && strspn(rest + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == 6
                   && !rest[7]));
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Hands over the entries of the folder `fd`; false when they cannot be read, or `take` says so. */
static bool each_entry(int fd, bool (*take)(void *self, const char *name, struct error *err), void *self,
                       const char *path, struct error *err)
{
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = again >= 0 ? fdopendir(again) : NULL;
    struct dirent *entry;
    bool ok = true;

    if (!list) {
        fail(err, ERR_IO, "cannot read the folder %s: %s", path, strerror(errno));
        if (again >= 0)
            close(again);
        return false;
    }
    while (ok && (errno = 0, entry = readdir(list)))
        ok = is_dots(entry->d_name) || take(self, entry->d_name, err);
    if (ok && errno)
        ok = fail(err, ERR_IO, "cannot read the folder %s: %s", path, strerror(errno));
    closedir(list);
    return ok;
}

struct look {
    int fd;
    bool strange;
};

static bool look_at_file(void *self, const char *name, struct error *err)
{
    struct look *look = self;
    struct stat info;

    (void)err;
    look->strange = look->strange || !is_report_file(name) || fstatat(look->fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0
                    || !S_ISREG(info.st_mode);
    return true;
}

static bool remove_file(void *self, const char *name, struct error *err)
{
    const struct candidate *candidate = self;

    return strcmp(name, mark_name) == 0 || !is_report_file(name) || unlinkat(candidate->fd, name, 0) == 0
           || errno == ENOENT || fail(err, ERR_IO, "cannot remove %s/%s: %s", candidate->path, name, strerror(errno));
}

/* The mark goes last: one that is killed between is found again by the next. */
static bool remove_folder(struct candidate *candidate, struct error *err)
{
    if (!each_entry(candidate->fd, remove_file, candidate, candidate->path, err))
        return false;
    return ((unlinkat(candidate->fd, mark_name, 0) == 0 || errno == ENOENT)
            && unlinkat(candidate->parent, candidate->name, AT_REMOVEDIR) == 0)
           || fail(err, ERR_IO, "cannot remove %s: %s", candidate->path, strerror(errno));
}

/* Where `latest` leads to is a name in the same folder; "": nowhere. */
static void read_latest(int parent, char *name, size_t room)
{
    ssize_t len = readlinkat(parent, "latest", name, room - 1);

    name[len > 0 ? len : 0] = '\0';
}

/* What the walk over all folders carries. */
struct walk {
    const struct night_folders *folders;
    int parent;
    char latest[256];
    size_t count;
    bool failed;
    struct error first;
};

static void prune_one(struct walk *walk, struct candidate *candidate)
{
    const struct night_folders *folders = walk->folders;
    struct arena arena = ARENA_INIT;
    json_t *mark = read_mark(candidate->fd);
    struct look look = {.fd = candidate->fd};
    struct error err = {0};
    bool ok = true;

    if (mark && is_old_night(candidate, mark, &arena) && strcmp(candidate->name, walk->latest) != 0) {
        ok = each_entry(candidate->fd, look_at_file, &look, candidate->path, &err);
        if (ok && look.strange) {
            if (folders->stays)
                folders->stays(folders->self, candidate->path, "it holds something that no night wrote");
        } else if (ok && (folders->dry || (ok = remove_folder(candidate, &err)))) {
            walk->count++;
            if (folders->gone)
                folders->gone(folders->self, candidate->path);
        }
    }
    if (!ok && !walk->failed) {
        walk->failed = true;
        walk->first = err;
    }
    json_decref(mark);
    arena_free(&arena);
}

static bool visit(void *self, const char *name, struct error *err)
{
    struct walk *walk = self;
    struct arena arena = ARENA_INIT;
    struct candidate candidate = {.folders = walk->folders, .parent = walk->parent, .name = name};

    (void)err;
    candidate.path = arena_printf(&arena, "%s/%s", walk->folders->folder, name);
    candidate.fd = openat(walk->parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (candidate.fd >= 0) {
        prune_one(walk, &candidate);
        close(candidate.fd);
    }
    arena_free(&arena);
    return true;
}

bool night_folders_prune(const struct night_folders *folders, size_t *count, struct error *err)
{
    struct walk walk = {.folders = folders};
    bool ok;

    *count = 0;
    walk.parent = open(folders->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (walk.parent < 0)
        return errno == ENOENT || fail(err, ERR_IO, "cannot read the folder %s: %s", folders->folder, strerror(errno));
    read_latest(walk.parent, walk.latest, sizeof walk.latest);
    ok = each_entry(walk.parent, visit, &walk, folders->folder, err);
    close(walk.parent);
    *count = walk.count;
    if (ok && walk.failed && err)
        *err = walk.first;
    return ok && !walk.failed;
}
