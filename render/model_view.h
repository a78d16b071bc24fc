/* SPDX-License-Identifier: MIT */
/* model_view.h - a struct described by a shape (base/field.h), as templates see it.
 *
 * Every field has its name. Its section opens when it is there: text that is not empty, a count that is not
 * 0, a bool that is true, a list that has items, an object, duration or time that is known. Beside its plain
 * form a field knows:
 *
 *   foreign    {{x.text}} {{x.code}} {{x.cell}} {{x.fence}} {{x.url}}, written by the flavour; {{x.bytes}}
 * its size in words; {{#x.present}} opens when it is there, though empty; {{{x}}} is refused count
 * {{n.bytes}} as a size; {{#n.one}} {{#n.many}} {{#n.none}}: 1, more, 0. The plural is
 *              "{{n}} probe{{^n.one}}s{{/n.one}}"; {{n.cite}} "[p17]" and {{n.anchor}} its target, of a
 * probe's ordinal time       {{t.iso}}, {{t.date}} word       {{#w.THE_WORD}} opens for that word, with _ for
 * - cites      {{c.count}} {{#c.one}} {{#c.many}} {{#c.none}} list       {{l.count}} {{#l.any}} (once,
 * however many) {{#l.one}} {{#l.many}} {{#l.none}}
 *
 * In a list, {{@number}} counts the items from 1; {{#@first}} and {{#@last}} open for the first and the last.
 * (The last item of a cursor is known only when its list has a count.) As `{{^@last}}, {{/@last}}`.
 *
 * The root knows, from the flavour: {{fold.open}}SUMMARY{{fold.summary_end}} … {{fold.close}}, and the places
 * {{chart.waterfall}}, {{chart.nights}}, {{chart.latency}} of pictures, which only a page has.
 *
 * A cursor (base/field.h) starts again at index 0, and is walked by one section at a time: within it, its own
 * list may not be asked for anything. */
#ifndef RENDER_MODEL_VIEW_H
#define RENDER_MODEL_VIEW_H

#include "base/field.h"
#include "render/view.h"

/* `object` is a struct of `shape`; both outlive the view. */
struct view model_view(const struct shape *shape, const void *object);
#endif
