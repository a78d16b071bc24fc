/* SPDX-License-Identifier: MIT */
#include "collector/hosts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/memory.h"

struct host {
    const char *name, *address;
};

struct hosts {
    struct arena arena;
    struct host *list;
    size_t count, room;
};

static void read_line(struct hosts *hosts, char *line)
{
    static const char blank[] = " \t\r\n";
    unsigned char binary[16];
    char *rest = NULL, *address, *name;

    line[strcspn(line, "#")] = '\0';
    address = strtok_r(line, blank, &rest);
    if (!address || (inet_pton(AF_INET, address, binary) != 1 && inet_pton(AF_INET6, address, binary) != 1))
        return;
    address = arena_text(&hosts->arena, address);
    while ((name = strtok_r(NULL, blank, &rest))) {
        hosts->list = mem_grow(hosts->list, hosts->count, &hosts->room, sizeof *hosts->list);
        hosts->list[hosts->count++] = (struct host){arena_text(&hosts->arena, name), address};
    }
}

struct hosts *hosts_read(const char *path)
{
    struct hosts *hosts = mem_new(1, sizeof *hosts);
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;

    while (file && getline(&line, &room, file) >= 0)
        read_line(hosts, line);
    mem_free(line);
    if (file)
        fclose(file);
    return hosts;
}

void hosts_free(struct hosts *hosts)
{
    if (!hosts)
        return;
    arena_free(&hosts->arena);
    mem_free(hosts->list);
    mem_free(hosts);
}

const char *hosts_address(const struct hosts *hosts, const char *name, size_t index)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (strcasecmp(hosts->list[i].name, name) == 0 && index-- == 0)
            return hosts->list[i].address;
    return NULL;
}
