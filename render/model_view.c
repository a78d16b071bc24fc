/* SPDX-License-Identifier: MIT */
/* Views over structs. A view's `object` is the struct, its `field` the shape (of an object) or the field (of
 * a value); `index` says which item, or which form, or whether a condition holds. */
#include "render/model_view.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "render/flavor.h"

/* Where an object stands in its list, packed into view.index. 0: in none. */
enum { ITEM_LAST = 1, ITEM_SHIFT = 1 };

/* The forms of a value that are asked for by name. */
enum extra {
    EXTRA_FORMS, /* from here on: enum flavor_form */
    EXTRA_BYTES = FORM_COUNT,
    EXTRA_COUNT,
    EXTRA_ISO,
    EXTRA_DATE,
    EXTRA_CITE,
    EXTRA_ANCHOR,
};

/* What the root has from the flavour. */
enum place {
    PLACE_FOLD_OPEN,
    PLACE_FOLD_SUMMARY_END,
    PLACE_FOLD_CLOSE,
    PLACE_CHART_WATERFALL,
    PLACE_CHART_NIGHTS,
    PLACE_CHART_LATENCY
};

static const struct view_ops object_ops, root_ops, value_ops, extra_ops, flag_ops, scope_ops, place_ops;

static bool named(struct slice name, const char *text)
{
    return slice_equals(name, slice_of(text));
}

static const void *member_of(struct view view)
{
    return (const char *)view.object + ((const struct field *)view.field)->offset;
}

static bool give(struct view *member, const struct view_ops *ops, struct view from, size_t index)
{
    *member = (struct view){ops, from.object, from.field, index};
    return true;
}

static bool give_flag(struct view *member, bool holds)
{
    *member = (struct view){&flag_ops, NULL, NULL, holds};
    return true;
}

/* One, many, none: the three that are told apart by grammar. */
static bool get_plural(size_t count, struct slice name, struct view *member)
{
    if (named(name, "one"))
        return give_flag(member, count == 1);
    if (named(name, "many"))
        return give_flag(member, count > 1);
    if (named(name, "none"))
        return give_flag(member, count == 0);
    return false;
}

/* No members, no items, no words. */
static bool no_member(struct view view, struct slice name, struct view *member)
{
    (void)view, (void)name, (void)member;
    return false;
}

static bool no_item(struct view view, size_t index, struct view *item)
{
    (void)view, (void)index, (void)item;
    return false;
}

static bool no_words(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    (void)view, (void)flavor, (void)raw, (void)out;
    return true;
}

/* Lists */

static bool get_of_list(struct view view, struct slice name, struct view *member)
{
    const struct list *list = member_of(view);

    if (named(name, "any"))
        return give_flag(member, list->count > 0);
    if (named(name, "count"))
        return give(member, &extra_ops, view, EXTRA_COUNT);
    return (named(name, "one") || named(name, "many") || named(name, "none")) && get_plural(list->count, name, member);
}

static bool value_item(struct view view, size_t index, struct view *item)
{
    const struct field *field = view.field;
    const struct list *list = member_of(view);
    const void *object = field->type == FIELD_LIST ? list_item(list, field->shape->size, index) : NULL;
    size_t last = index + 1 == list->count ? ITEM_LAST : 0;

    if (object)
        *item = (struct view){&object_ops, object, field->shape, (index + 1) << ITEM_SHIFT | last};
    return object != NULL;
}

/* Values */

static enum view_type value_type(struct view view)
{
    const struct field *field = view.field;
    const void *at = member_of(view);
    bool there = false;

    switch (field->type) {
    case FIELD_TEXT:
        there = *(const char *const *)at && **(const char *const *)at;
        break;
    case FIELD_FOREIGN:
        there = ((const struct slice *)at)->data && ((const struct slice *)at)->len;
        break;
    case FIELD_BOOL:
        there = *(const bool *)at;
        break;
    case FIELD_COUNT:
        there = *(const uint64_t *)at != 0;
        break;
    case FIELD_NUMBER:
        there = isfinite(*(const double *)at);
        break;
    case FIELD_DURATION:
        there = *(const int64_t *)at >= 0;
        break;
    case FIELD_TIME:
        there = ((const struct wall *)at)->us != 0;
        break;
    case FIELD_WORD:
        there = true;
        break;
    case FIELD_CITES:
        there = ((const struct cites *)at)->count != 0;
        break;
    case FIELD_LIST:
        return ((const struct list *)at)->count ? VIEW_LIST : VIEW_ABSENT;
    case FIELD_PARTIAL:
        return *(const char *const *)at ? VIEW_PARTIAL : VIEW_ABSENT;
    case FIELD_OBJECT:
    case FIELD_CONTEXT:
        break; /* an object has a view of its own; what is left is NULL */
    }
    return there ? VIEW_VALUE : VIEW_ABSENT;
}

/* The word of a FIELD_WORD; NULL when its index is none. */
static const char *word_of(struct view view)
{
    const char *const *words = ((const struct field *)view.field)->words;
    int index = *(const int *)member_of(view);

    for (int i = 0; words[i]; i++)
        if (i == index)
            return words[i];
    return NULL;
}

/* Template names have no hyphens, words have: tls_expired asks for "tls-expired". */
static bool is_word(struct slice name, const char *word)
{
    if (strlen(word) != name.len)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] != word[i] && !(name.data[i] == '_' && word[i] == '-'))
            return false;
    return true;
}

static bool get_of_word(struct view view, struct slice name, struct view *member)
{
    const char *const *words = ((const struct field *)view.field)->words;
    const char *word = word_of(view);

    for (; *words; words++)
        if (is_word(name, *words))
            return give_flag(member, word == *words);
    return false;
}

static bool get_of_foreign(struct view view, struct slice name, struct view *member)
{
    for (size_t form = 0; form_words[form]; form++)
        if (named(name, form_words[form]))
            return give(member, &extra_ops, view, EXTRA_FORMS + form);
    if (named(name, "bytes"))
        return give(member, &extra_ops, view, EXTRA_BYTES);
    return named(name, "present") && give_flag(member, ((const struct slice *)member_of(view))->data != NULL);
}

static bool get_of_count(struct view view, struct slice name, struct view *member)
{
    if (named(name, "bytes"))
        return give(member, &extra_ops, view, EXTRA_BYTES);
    if (named(name, "cite"))
        return give(member, &extra_ops, view, EXTRA_CITE);
    if (named(name, "anchor"))
        return give(member, &extra_ops, view, EXTRA_ANCHOR);
    return get_plural(*(const uint64_t *)member_of(view), name, member);
}

static bool value_get(struct view view, struct slice name, struct view *member)
{
    switch (((const struct field *)view.field)->type) {
    case FIELD_FOREIGN:
        return get_of_foreign(view, name, member);
    case FIELD_COUNT:
        return get_of_count(view, name, member);
    case FIELD_TIME:
        if (named(name, "iso"))
            return give(member, &extra_ops, view, EXTRA_ISO);
        return named(name, "date") && give(member, &extra_ops, view, EXTRA_DATE);
    case FIELD_WORD:
        return get_of_word(view, name, member);
    case FIELD_CITES:
        if (named(name, "count"))
            return give(member, &extra_ops, view, EXTRA_COUNT);
        return get_plural(((const struct cites *)member_of(view))->count, name, member);
    case FIELD_LIST:
        return get_of_list(view, name, member);
    default:
        return false;
    }
}

/* Forty probes that show the same are cited by the first few and the last; JSON has them all. */
enum { CITES_MOST = 4, CITES_FIRST = 2 };

static void put_cites(const struct cites *cites, const struct flavor *flavor, struct buf *out)
{
    bool few = cites->count <= CITES_MOST;

    for (size_t i = 0; i < cites->count; i++) {
        if (!few && i >= CITES_FIRST && i + 1 < cites->count)
            continue;
        if (i)
            buf_puts(out, !few && i + 1 == cites->count ? " … " : " ");
        flavor->cite(flavor, cites->run, cites->ordinals[i], out);
    }
}

static bool value_write(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    const void *at = member_of(view);
    char text[WALL_TEXT];

    switch (((const struct field *)view.field)->type) {
    case FIELD_TEXT:
    case FIELD_PARTIAL:
        if (*(const char *const *)at)
            buf_puts(out, *(const char *const *)at);
        return true;
    case FIELD_FOREIGN:
        if (!raw)
            flavor->foreign(flavor, FORM_TEXT, *(const struct slice *)at, out);
        return !raw;
    case FIELD_BOOL:
        buf_puts(out, *(const bool *)at ? "yes" : "no");
        return true;
    case FIELD_COUNT:
        buf_printf(out, "%" PRIu64, *(const uint64_t *)at);
        return true;
    case FIELD_NUMBER:
        words_number(*(const double *)at, out);
        return true;
    case FIELD_DURATION:
        words_duration(*(const int64_t *)at, out);
        return true;
    case FIELD_TIME:
        if (((const struct wall *)at)->us)
            buf_puts(out, wall_words(*(const struct wall *)at, flavor->offset_s, text));
        return true;
    case FIELD_WORD:
        buf_puts(out, word_of(view) ? word_of(view) : "");
        return true;
    case FIELD_CITES:
        put_cites(at, flavor, out);
        return true;
    case FIELD_OBJECT:
    case FIELD_CONTEXT:
    case FIELD_LIST:
        break;
    }
    return true;
}

/* Forms that were asked for by name */

static enum view_type extra_type(struct view view)
{
    return value_type(view) != VIEW_ABSENT ? VIEW_VALUE : VIEW_ABSENT;
}

static void put_time(struct wall when, bool whole, const struct flavor *flavor, struct buf *out)
{
    char text[WALL_TEXT];
    const char *words, *clock;

    if (!when.us)
        return;
    if (whole) {
        buf_puts(out, wall_iso(when, flavor->offset_s, text));
        return;
    }
    /* "11 Sep 2025 02:00:04 +02:00": the date ends at the third blank. */
    words = clock = wall_words(when, flavor->offset_s, text);
    for (int blanks = 0; *clock; clock++)
        if (*clock == ' ' && ++blanks == 3)
            break;
    buf_put(out, words, (size_t)(clock - words));
}

static void put_mark(const struct flavor *flavor, enum flavor_mark mark, uint64_t ordinal, struct buf *out)
{
    if (flavor->mark)
        flavor->mark(flavor, mark, (uint32_t)ordinal, out);
}

static void put_count(struct view view, struct buf *out)
{
    const void *at = member_of(view);
    bool cites = ((const struct field *)view.field)->type == FIELD_CITES;

    buf_printf(out, "%zu", cites ? ((const struct cites *)at)->count : ((const struct list *)at)->count);
}

static bool extra_write(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    const void *at = member_of(view);
    bool foreign = ((const struct field *)view.field)->type == FIELD_FOREIGN;

    switch (view.index) {
    case EXTRA_BYTES:
        words_bytes(foreign ? ((const struct slice *)at)->len : *(const uint64_t *)at, out);
        return true;
    case EXTRA_COUNT:
        put_count(view, out);
        return true;
    case EXTRA_ISO:
    case EXTRA_DATE:
        put_time(*(const struct wall *)at, view.index == EXTRA_ISO, flavor, out);
        return true;
    case EXTRA_CITE:
        flavor->cite(flavor, NULL, (uint32_t) * (const uint64_t *)at, out);
        return true;
    case EXTRA_ANCHOR:
        put_mark(flavor, MARK_ANCHOR, *(const uint64_t *)at, out);
        return true;
    default: /* the flavour writes a form, delimiters and all: raw or not is no question */
        (void)raw;
        flavor->foreign(flavor, (enum flavor_form)(view.index - EXTRA_FORMS), *(const struct slice *)at, out);
        return true;
    }
}

/* Conditions */

static enum view_type flag_type(struct view view)
{
    return view.index ? VIEW_VALUE : VIEW_ABSENT;
}

static bool flag_write(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    (void)flavor, (void)raw;
    buf_puts(out, view.index ? "yes" : "no");
    return true;
}

/* Objects */

static enum view_type object_type(struct view view)
{
    (void)view;
    return VIEW_OBJECT;
}

static bool get_of_item(struct view view, struct slice name, struct view *member)
{
    if (view.index == 0 || name.len == 0 || name.data[0] != '@')
        return false;
    if (named(name, "@first"))
        return give_flag(member, view.index >> ITEM_SHIFT == 1);
    if (named(name, "@last"))
        return give_flag(member, (view.index & ITEM_LAST) != 0);
    return named(name, "@number") && give(member, &scope_ops, view, view.index);
}

static bool object_get(struct view view, struct slice name, struct view *member)
{
    const struct shape *shape = view.field;

    for (const struct field *field = shape->fields; field->name; field++) {
        const void *at = (const char *)view.object + field->offset;

        if (name.len == 0 || *field->name != *name.data || !named(name, field->name))
            continue;
        *member = (struct view){&value_ops, view.object, field, 0};
        if ((field->type == FIELD_OBJECT || field->type == FIELD_CONTEXT) && *(const void *const *)at)
            *member = (struct view){&object_ops, *(const void *const *)at, field->shape, 0};
        return true;
    }
    return get_of_item(view, name, member);
}

/* {{@number}}, and what the root has from the flavour: "fold", "chart". */
static bool scope_write(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    (void)flavor, (void)raw;
    if (view.index)
        buf_printf(out, "%zu", view.index >> ITEM_SHIFT);
    return true;
}

static enum view_type place_type(struct view view)
{
    (void)view;
    return VIEW_VALUE;
}

static bool place_write(struct view view, const struct flavor *flavor, bool raw, struct buf *out)
{
    (void)raw;
    switch ((enum place)view.index) {
    case PLACE_FOLD_OPEN:
        buf_puts(out, flavor->fold_open);
        break;
    case PLACE_FOLD_SUMMARY_END:
        buf_puts(out, flavor->fold_summary_end);
        break;
    case PLACE_FOLD_CLOSE:
        buf_puts(out, flavor->fold_close);
        break;
    case PLACE_CHART_WATERFALL:
        put_mark(flavor, MARK_CHART_WATERFALL, 0, out);
        break;
    case PLACE_CHART_NIGHTS:
        put_mark(flavor, MARK_CHART_NIGHTS, 0, out);
        break;
    case PLACE_CHART_LATENCY:
        put_mark(flavor, MARK_CHART_LATENCY, 0, out);
        break;
    }
    return true;
}

static bool scope_get(struct view view, struct slice name, struct view *member)
{
    static const struct {
        const char *scope, *name;
        enum place place;
    } names[] = {
        {"fold", "open", PLACE_FOLD_OPEN},       {"fold", "summary_end", PLACE_FOLD_SUMMARY_END},
        {"fold", "close", PLACE_FOLD_CLOSE},     {"chart", "waterfall", PLACE_CHART_WATERFALL},
        {"chart", "nights", PLACE_CHART_NIGHTS}, {"chart", "latency", PLACE_CHART_LATENCY},
    };

    for (size_t i = 0; !view.index && i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].scope, view.object) == 0 && named(name, names[i].name)) {
            *member = (struct view){&place_ops, NULL, NULL, names[i].place};
            return true;
        }
    return false;
}

static bool root_get(struct view view, struct slice name, struct view *member)
{
    if (object_get(view, name, member))
        return true;
    if (!named(name, "fold") && !named(name, "chart"))
        return false;
    *member = (struct view){&scope_ops, named(name, "fold") ? "fold" : "chart", NULL, 0};
    return true;
}

static const struct view_ops object_ops = {object_type, object_get, no_item, no_words};
static const struct view_ops root_ops = {object_type, root_get, no_item, no_words};
static const struct view_ops value_ops = {value_type, value_get, value_item, value_write};
static const struct view_ops extra_ops = {extra_type, no_member, no_item, extra_write};
static const struct view_ops flag_ops = {flag_type, no_member, no_item, flag_write};
static const struct view_ops scope_ops = {object_type, scope_get, no_item, scope_write};
static const struct view_ops place_ops = {place_type, no_member, no_item, place_write};

struct view model_view(const struct shape *shape, const void *object)
{
    return (struct view){&root_ops, object, shape, 0};
}
