/* SPDX-License-Identifier: MIT */
/* Any bytes as a template, over a small model; the template is its own partial, too. */
#include <stddef.h>
#include <stdint.h>

#include "base/field.h"
#include "render/flavor.h"
#include "render/model_view.h"
#include "render/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct leaf {
    struct slice name;
    uint64_t n;
    const char *p; /* a partial */
};

struct tree {
    const char *a;
    struct list l;
    const struct leaf *o;
    struct cites c;
    int w;
};

static const char *const words[] = {"one", "two-three", NULL};
static const struct field leaf_fields[] = {
    FIELD(FIELD_FOREIGN, leaf, name),
    FIELD(FIELD_COUNT, leaf, n),
    FIELD(FIELD_PARTIAL, leaf, p),
    FIELD_END,
};
static const struct shape leaf_shape = {"leaf", sizeof(struct leaf), leaf_fields};
static const struct field tree_fields[] = {
    FIELD(FIELD_TEXT, tree, a),
    FIELD_SHAPED(FIELD_LIST, tree, l, &leaf_shape),
    FIELD_SHAPED(FIELD_OBJECT, tree, o, &leaf_shape),
    FIELD(FIELD_CITES, tree, c),
    FIELD_WORDED(tree, w, words),
    FIELD_END,
};
static const struct shape tree_shape = {"tree", sizeof(struct tree), tree_fields};

static const struct mustache *partial(void *self, struct slice name, struct error *err)
{
    (void)err;
    return slice_equals(name, slice_of("p")) ? self : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct leaf leaves[] = {{{"x", 1}, 1, "p"}, {{"*@y", 3}, 0, NULL}};
    static const uint32_t ordinals[] = {1, 17};
    struct tree tree = {"words\nof two lines", {leaves, 2, NULL, NULL}, leaves, {.ordinals = ordinals, .count = 2}, 1};
    struct error err = {ERR_NONE, ""};
    struct mustache *mustache;
    struct buf out = BUF_INIT;

    out.cap = 1 << 16;
    mustache = mustache_parse("fuzz", (struct slice){(const char *)data, size}, &err);
    if (mustache) {
        struct mustache_loader loader = {mustache, partial};

        mustache_render(mustache, &loader, &flavor_github, model_view(&tree_shape, &tree), &out, &err);
    }
    mustache_free(mustache);
    buf_free(&out);
    return 0;
}
