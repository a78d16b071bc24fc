/* SPDX-License-Identifier: MIT */
/* No dialect at all: for JSON strings, terminals and mail. Hidden characters are shown as escapes, so that no
 * server moves a cursor. */
#include "base/utf8.h"
#include "render/flavor.h"

enum { CELL_COLUMNS = 60 };

static void foreign(const struct flavor *flavor, enum flavor_form form, struct slice text, struct buf *out)
{
    (void)flavor;
    if (!text.data)
        return;
    if (text.len == 0)
        buf_puts(out, "(empty)");
    else if (form == FORM_CELL)
        flavor_narrow(text, CELL_COLUMNS, out);
    else if (form == FORM_FENCE)
        utf8_escape_block(out, text);
    else
        utf8_escape(out, text);
}

const struct flavor flavor_plain = {
    .name = "plain",
    .foreign = foreign,
    .cite = flavor_cite,
    .fold_open = "",
    .fold_summary_end = "",
    .fold_close = "",
};
