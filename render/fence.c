/* SPDX-License-Identifier: MIT */
#include "render/fence.h"

bool fence_line(struct slice *text, struct slice *line)
{
    const char *newline = text->len ? memchr(text->data, '\n', text->len) : NULL;

    if (text->len == 0)
        return false;
    *line = (struct slice){text->data, newline ? (size_t)(newline - text->data) + 1 : text->len};
    *text = (struct slice){text->data + line->len, text->len - line->len};
    return true;
}

bool fence_holds(struct fence *fence, struct slice line)
{
    size_t start = 0, end, rest;
    bool open = fence->run != 0;

    while (start < line.len && (line.data[start] == ' ' || line.data[start] == '>'))
        start++;
    for (end = start; end < line.len && line.data[end] == '`';)
        end++;
    for (rest = end; rest < line.len && (line.data[rest] == ' ' || line.data[rest] == '\n');)
        rest++;
    if (!open && end - start >= 3 && !memchr(line.data + end, '`', line.len - end))
        fence->run = end - start;
    else if (open && end - start >= fence->run && rest == line.len)
        fence->run = 0;
    return open || fence->run;
}
