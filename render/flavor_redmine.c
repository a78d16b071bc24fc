/* SPDX-License-Identifier: MIT */
/* Redmine's CommonMark, in which "commit:x", "r12", "[[page]]" and "{{macro}}" are links and macros besides. Which of its
 * formats is on nobody tells, so that running text also breaks what textile would act upon: !image!, "link":/x, <tags>,
 * ==raw==. The "@" of a mention goes at the last step, since mentions are mailed out of code, too. */
#include "render/finish.h"
#include "render/flavor.h"

const struct flavor flavor_redmine = {
    .name = "redmine",
    .signs = "![{:\"<=r",
    .most = 60000, /* no limit was found: a comment that is read */
    .finish = finish_redmine,
    .foreign = flavor_ticket_foreign,
    .cite = flavor_cite,
    .fold_open = "<details>\n<summary>",
    .fold_summary_end = "</summary>\n\n",
    .fold_close = "\n</details>\n",
};

/* The Markdown that Redmine had before, which shows HTML as text. */
const struct flavor flavor_redcarpet = {
    .name = "redmine-markdown",
    .signs = "![{:\"<=r",
    .most = 60000,
    .finish = finish_redcarpet,
    .foreign = flavor_ticket_foreign,
    .cite = flavor_cite,
    .fold_open = FINISH_FOLD "\n\n#### ",
    .fold_summary_end = "\n\n",
    .fold_close = "\n\n" FINISH_FOLD_END "\n",
};
