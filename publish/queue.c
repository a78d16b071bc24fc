/* SPDX-License-Identifier: MIT */
#include "publish/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"

static const char schema[] = "endoscope-queue/1";

static bool take_lock(struct queue *queue, struct mono deadline, struct error *err)
{
    const char *path = arena_printf(&queue->arena, "%s.lock", queue->path);
    const struct timespec moment = {0, 100000000};

    queue->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (queue->lock < 0)
        return fail(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
    while (flock(queue->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return fail(err, ERR_IO, "cannot lock %s: %s", path, strerror(errno));
        if (mono_between(mono_now(), deadline) <= 0)
            return fail(err, ERR_SYSTEM, "another endoscope is publishing from this store (%s is locked)", path);
        nanosleep(&moment, NULL);
    }
    return true;
}

static bool read_items(struct queue *queue, const json_t *root, struct error *err)
{
    const char *of = json_string_value(json_object_get(root, "schema"));
    json_t *item;
    size_t i;

    if (!of || strcmp(of, schema) != 0)
        return fail(err, ERR_IO, "%s is no queue of this version: what it holds is unknown; move it away",
                    queue->path);
    json_array_foreach(json_object_get(root, "items"), i, item)
    {
        const char *tracker = json_string_value(json_object_get(item, "tracker"));
        const char *ticket = json_string_value(json_object_get(item, "ticket"));
        const char *run = json_string_value(json_object_get(item, "run"));

        if (!tracker || !ticket || !run)
            return fail(err, ERR_IO, "%s is damaged: move it away", queue->path);
        queue_add(queue, tracker, ticket, run);
    }
    return true;
}

bool queue_open(struct queue *queue, const char *path, bool dry, struct mono deadline, struct error *err)
{
    json_error_t at;
    json_t *root;
    FILE *file;
    bool ok;

    *queue = (struct queue){.arena = ARENA_INIT, .lock = -1};
    queue->path = arena_text(&queue->arena, path);
    if (!dry && !take_lock(queue, deadline, err))
        return false;
    file = fopen(path, "re");
    if (!file)
        return errno == ENOENT || fail(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
    root = json_loadf(file, 0, &at);
    fclose(file);
    ok = root ? read_items(queue, root, err) : fail(err, ERR_IO, "%s is damaged: move it away", path);
    json_decref(root);
    return ok;
}

void queue_add(struct queue *queue, const char *tracker, const char *ticket, const char *run)
{
    struct arena *arena = &queue->arena;
    size_t at = queue->count;

    for (size_t i = 0; i < queue->count; i++) {
        const struct queue_item *item = &queue->list[i];

        if (strcmp(item->tracker, tracker) == 0 && strcmp(item->ticket, ticket) == 0 && strcmp(item->run, run) == 0)
            return;
    }
    while (at && strcmp(queue->list[at - 1].run, run) > 0)
        at--;
    queue->list = mem_grow(queue->list, queue->count, &queue->capacity, sizeof *queue->list);
    memmove(&queue->list[at + 1], &queue->list[at], (queue->count - at) * sizeof *queue->list);
    queue->list[at] =
        (struct queue_item){arena_text(arena, tracker), arena_text(arena, ticket), arena_text(arena, run)};
    queue->count++;
}

void queue_drop(struct queue *queue, size_t index)
{
    memmove(&queue->list[index], &queue->list[index + 1], (queue->count - index - 1) * sizeof *queue->list);
    queue->count--;
}

/* Through a file beside it, so that a power cut leaves the old one or the new. */
static bool replace(const struct queue *queue, const char *text, struct error *err)
{
    struct buf name = BUF_INIT;
    const char *temporary;
    int fd;
    bool ok;

    buf_printf(&name, "%s.new", queue->path);
    temporary = name.data;
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
    ok = (fd < 0 || close(fd) == 0) && ok && rename(temporary, queue->path) == 0;
    if (!ok)
        fail(err, ERR_IO, "cannot write %s: %s", queue->path, strerror(errno));
    buf_free(&name);
    return ok;
}

bool queue_save(struct queue *queue, struct error *err)
{
    json_t *items = json_array();
    json_t *root;
    char *text;
    bool ok;

    if (queue->lock < 0) {
        json_decref(items);
        return true;
    }
    for (size_t i = 0; i < queue->count; i++)
        json_array_append_new(items, json_pack("{s:s, s:s, s:s}", "tracker", queue->list[i].tracker, "ticket",
                                               queue->list[i].ticket, "run", queue->list[i].run));
    root = json_pack("{s:s, s:o}", "schema", schema, "items", items);
    text = json_dumps(root, JSON_INDENT(1));
    json_decref(root);
    if (!queue->count)
        ok = unlink(queue->path) == 0 || errno == ENOENT
             || fail(err, ERR_IO, "cannot remove %s: %s", queue->path, strerror(errno));
    else
        ok = text ? replace(queue, text, err) : fail(err, ERR_IO, "a ticket's name is no UTF-8");
    free(text);
    return ok;
}

void queue_close(struct queue *queue)
{
    if (queue->lock >= 0)
        close(queue->lock);
    mem_free(queue->list);
    arena_free(&queue->arena);
    *queue = (struct queue){.lock = -1};
}
