/* SPDX-License-Identifier: MIT */
/* Renders a parsed template over views.
 *
 * Contexts are a chain on the C stack: the innermost is asked for a name first. How deep that chain can get
 * is bounded by the limits in mustache_node.h, so that no template, however hostile, runs out of stack. */
#include "render/mustache.h"

#include <string.h>

#include "render/mustache_node.h"

/* Bytes that a stream keeps before it gives them out. */
enum { STREAM_MOST = 64 * 1024 };

struct context {
    struct view view;
    const struct context *outer;
};

struct renderer {
    const struct mustache_loader *loader;
    const struct flavor *flavor;
    struct buf *out;
    const struct sink *sink; /* takes what `out` has in whole lines when it is much; NULL: `out` keeps all */
    struct error *err;
    size_t partials, lists; /* nested right now */
    const struct overrides *overrides;
};

/* Blocks that a parent's tag gives in place of the parent's own. The outermost tag was written by whoever inherits last. */
struct overrides {
    const struct node *parent; /* its children */
    const struct mustache *mustache;
    const struct overrides *inner; /* of the template that inherits from this one's */
};

/* Where a run of nodes is rendered: its template, for messages, and what each of its lines begins with. */
struct site {
    const struct mustache *mustache;
    struct slice indent;
    size_t dedent; /* blanks that each line loses before that: a block's, written deeper than where it goes */
};

static bool render_nodes(struct renderer *renderer, const struct site *site, const struct node *node,
                         const struct context *context);

static bool fail_node(const struct renderer *renderer, const struct site *site, const struct node *node,
                      const char *what)
{
    static const char *const open[] = {"", "{{", "{{{", "{{#", "{{^", "{{>", "{{$", "{{<"};
    int shown = node->text.len < 60 ? (int)node->text.len : 60;

    return fail(renderer->err, ERR_TEMPLATE, "%s:%zu:%zu: %s%.*s%s: %s", site->mustache->name, node->line,
                node->column, open[node->type], shown, node->text.data, node->type == NODE_RAW ? "}}}" : "}}", what);
}

/* Finds what `name` means; false: nothing. `*holder` is the view that has it. */
static bool resolve(const struct context *context, struct slice name, struct view *view, struct view *holder)
{
    const char *dot;
    struct slice part = name;

    if (name.len == 1 && name.data[0] == '.') {
        *view = *holder = context->view;
        return true;
    }
    dot = memchr(name.data, '.', name.len);
    if (dot)
        part.len = (size_t)(dot - name.data);
    for (; context; context = context->outer) {
        *holder = context->view;
        if (holder->ops->get(*holder, part, view))
            break;
    }
    if (!context)
        return false;
    /* Behind the first dot no outer context is asked: {{a.b}} is a's b, or nothing. */
    while (part.len < name.len) {
        name = (struct slice){name.data + part.len + 1, name.len - part.len - 1};
        dot = memchr(name.data, '.', name.len);
        part = (struct slice){name.data, dot ? (size_t)(dot - name.data) : name.len};
        *holder = *view;
        if (!holder->ops->get(*holder, part, view))
            return false;
    }
    return true;
}

static bool render_template(struct renderer *renderer, const struct site *site, const struct node *node,
                            const struct mustache *mustache, struct slice indent, const struct context *context)
{
    struct site inner = {mustache, indent, 0};
    bool ok;

    if (renderer->partials == MUSTACHE_PARTIALS)
        return fail_node(renderer, site, node, "partials nest too deep");
    renderer->partials++;
    ok = render_nodes(renderer, &inner, mustache->first, context);
    renderer->partials--;
    return ok;
}

/* The template `name`; NULL without an error when there is none. */
static const struct mustache *load(struct renderer *renderer, struct slice name, bool *ok)
{
    struct error err = {ERR_NONE, ""};
    const struct mustache *mustache = NULL;

    if (renderer->loader)
        mustache = renderer->loader->partial(renderer->loader->self, name, &err);
    *ok = mustache || err.code == ERR_NONE;
    if (!*ok && renderer->err)
        *renderer->err = err;
    return mustache;
}

static bool render_partial(struct renderer *renderer, const struct site *site, const struct node *node,
                           const struct context *context)
{
    struct buf name = BUF_INIT, indent = BUF_INIT;
    const struct mustache *mustache;
    struct view view, holder;
    bool ok = true;

    if (!node->dynamic) {
        buf_put_slice(&name, node->text);
    } else if (resolve(context, node->text, &view, &holder) && !view.ops->write(view, renderer->flavor, true, &name)) {
        ok = fail_node(renderer, site, node, "a foreign value names no template");
        goto out;
    }
    mustache = name.len ? load(renderer, buf_slice(&name), &ok) : NULL;
    if (!mustache)
        goto out;
    /* An inline partial's lines are not shifted: only the template's own lines are. */
    if (node->standalone) {
        buf_put_slice(&indent, site->indent);
        buf_put_slice(&indent, node->indent);
    }
    ok = render_template(renderer, site, node, mustache, buf_slice(&indent), context);
out:
    buf_free(&name);
    buf_free(&indent);
    return ok;
}

/* A value that is a template: rendered over the object that holds it. Unlike {{>x}} it must exist, as the
 * name comes from the program. */
static bool render_partial_value(struct renderer *renderer, const struct site *site, const struct node *node,
                                 struct view view, struct view holder, const struct context *context)
{
    struct context inner = {holder, context};
    const struct mustache *mustache;
    struct buf name = BUF_INIT;
    bool ok = false;

    if (!view.ops->write(view, renderer->flavor, true, &name))
        goto out;
    mustache = load(renderer, buf_slice(&name), &ok);
    if (mustache)
        ok = render_template(renderer, site, node, mustache, (struct slice){"", 0}, &inner);
    else if (ok)
        ok = fail(renderer->err, ERR_TEMPLATE, "%s:%zu:%zu: there is no template %s", site->mustache->name, node->line,
                  node->column, name.data);
out:
    buf_free(&name);
    return ok;
}

static bool render_value(struct renderer *renderer, const struct site *site, const struct node *node,
                         const struct context *context)
{
    struct view view, holder;
    bool raw = node->type == NODE_RAW;

    if (!resolve(context, node->text, &view, &holder))
        return true;
    if (view.ops->type(view) == VIEW_PARTIAL)
        return render_partial_value(renderer, site, node, view, holder, context);
    if (!view.ops->write(view, renderer->flavor, raw, renderer->out))
        return fail_node(renderer, site, node,
                         raw ? "the raw form of a foreign value is refused; use .text, .code, .cell, .fence or .url"
                             : "this value cannot be written");
    return true;
}

static bool render_list(struct renderer *renderer, const struct site *site, const struct node *node, struct view list,
                        const struct context *context)
{
    struct context inner = {list, context};
    bool ok = true;

    if (renderer->lists == MUSTACHE_LISTS)
        return fail_node(renderer, site, node, "lists nest too deep");
    renderer->lists++;
    for (size_t i = 0; ok && list.ops->item(list, i, &inner.view); i++)
        ok = render_nodes(renderer, site, node->child, &inner);
    renderer->lists--;
    return ok;
}

static bool render_section(struct renderer *renderer, const struct site *site, const struct node *node,
                           const struct context *context)
{
    struct context inner = {context->view, context};
    enum view_type type = VIEW_ABSENT;
    struct view holder;

    if (resolve(context, node->text, &inner.view, &holder))
        type = inner.view.ops->type(inner.view);
    if (node->type == NODE_INVERTED)
        return type != VIEW_ABSENT || render_nodes(renderer, site, node->child, context);
    if (type == VIEW_ABSENT)
        return true;
    if (type == VIEW_LIST)
        return render_list(renderer, site, node, inner.view, context);
    return render_nodes(renderer, site, node->child, &inner);
}

/* What is given in place of the block `name` by whoever inherits last; NULL: nothing. */
static const struct node *find_override(const struct renderer *renderer, struct slice name,
                                        const struct mustache **mustache)
{
    const struct node *found = NULL;

    for (const struct overrides *of = renderer->overrides; of; of = of->inner)
        for (const struct node *node = of->parent->child; node; node = node->next)
            if (node->type == NODE_BLOCK && slice_equals(node->text, name)) {
                found = node;
                *mustache = of->mustache;
            }
    return found;
}

static bool render_block(struct renderer *renderer, const struct site *site, const struct node *node,
                         const struct context *context)
{
    struct site inner = {.indent = site->indent};
    const struct node *given = find_override(renderer, node->text, &inner.mustache);
    struct buf indent = BUF_INIT;
    size_t blanks;
    bool ok;

    if (!given)
        return render_nodes(renderer, site, node->child, context);
    if (renderer->partials == MUSTACHE_PARTIALS)
        return fail_node(renderer, site, node, "blocks nest too deep");
    blanks = node->lines ? node->intrinsic : node->standalone ? node->indent.len : 0;
    buf_put_slice(&indent, site->indent);
    for (size_t i = site->dedent; i < blanks; i++)
        buf_putc(&indent, ' ');
    inner.indent = buf_slice(&indent);
    inner.dedent = given->lines ? given->intrinsic : 0;
    renderer->partials++;
    ok = render_nodes(renderer, &inner, given->child, context);
    renderer->partials--;
    buf_free(&indent);
    return ok;
}

/* Unlike a partial it must be there: what would be inherited from nothing is a slip of the pen. */
static bool render_parent(struct renderer *renderer, const struct site *site, const struct node *node,
                          const struct context *context)
{
    const struct overrides overrides = {node, site->mustache, renderer->overrides};
    const struct mustache *mustache;
    struct buf indent = BUF_INIT;
    bool ok = false;

    mustache = load(renderer, node->text, &ok);
    if (!mustache)
        return ok && fail_node(renderer, site, node, "there is no template of this name to inherit from");
    buf_put_slice(&indent, site->indent);
    if (node->standalone && node->indent.len > site->dedent)
        buf_put(&indent, node->indent.data + site->dedent, node->indent.len - site->dedent);
    renderer->overrides = &overrides;
    ok = render_template(renderer, site, node, mustache, buf_slice(&indent), context);
    renderer->overrides = overrides.inner;
    buf_free(&indent);
    return ok;
}

static void render_text(struct renderer *renderer, const struct site *site, const struct node *node)
{
    struct slice text = node->text;
    size_t dedent = 0;

    if (node->line_start) {
        buf_put_slice(renderer->out, site->indent);
        while (dedent < site->dedent && dedent < text.len && (text.data[dedent] == ' ' || text.data[dedent] == '\t'))
            dedent++;
    }
    buf_put(renderer->out, text.data + dedent, text.len - dedent);
}

static bool render_node(struct renderer *renderer, const struct site *site, const struct node *node,
                        const struct context *context)
{
    switch (node->type) {
    case NODE_TEXT:
        render_text(renderer, site, node);
        return true;
    case NODE_VALUE:
    case NODE_RAW:
        return render_value(renderer, site, node, context);
    case NODE_SECTION:
    case NODE_INVERTED:
        return render_section(renderer, site, node, context);
    case NODE_PARTIAL:
        return render_partial(renderer, site, node, context);
    case NODE_BLOCK:
        return render_block(renderer, site, node, context);
    case NODE_PARENT:
        return render_parent(renderer, site, node, context);
    }
    return true;
}

/* The line that is being written stays: a value may look at what stands before it. */
static bool give_lines(struct renderer *renderer)
{
    const struct buf *out = renderer->out;
    const char *end = memrchr(out->data, '\n', out->len);
    size_t len = end ? (size_t)(end + 1 - out->data) : 0;

    if (len && !renderer->sink->put(renderer->sink->self, (struct slice){out->data, len}, renderer->err))
        return false;
    buf_drop(renderer->out, len);
    return true;
}

static bool render_nodes(struct renderer *renderer, const struct site *site, const struct node *node,
                         const struct context *context)
{
    for (; node; node = node->next) {
        if (!render_node(renderer, site, node, context))
            return false;
        if (renderer->sink && renderer->out->len >= STREAM_MOST && !give_lines(renderer))
            return false;
        if (renderer->out->capped)
            return fail_node(renderer, site, node, "the text grows too long");
    }
    return true;
}

bool mustache_render(const struct mustache *mustache, const struct mustache_loader *loader,
                     const struct flavor *flavor, struct view root, struct buf *out, struct error *err)
{
    struct renderer renderer = {.loader = loader, .flavor = flavor, .out = out, .err = err};
    struct site site = {mustache, {"", 0}, 0};
    struct context context = {root, NULL};

    return render_nodes(&renderer, &site, mustache->first, &context);
}

bool mustache_stream(const struct mustache *mustache, const struct mustache_loader *loader,
                     const struct flavor *flavor, struct view root, struct sink out, struct error *err)
{
    struct buf text = BUF_INIT;
    struct renderer renderer = {.loader = loader, .flavor = flavor, .out = &text, .sink = &out, .err = err};
    struct site site = {mustache, {"", 0}, 0};
    struct context context = {root, NULL};
    bool ok = render_nodes(&renderer, &site, mustache->first, &context)
              && (text.len == 0 || out.put(out.self, buf_slice(&text), err));

    buf_free(&text);
    return ok;
}
