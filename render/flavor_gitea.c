/* SPDX-License-Identifier: MIT */
/* The Markdown of Gitea and Forgejo: GitHub's, and "!1" is a pull request. */
#include "render/finish.h"
#include "render/flavor.h"

const struct flavor flavor_gitea = {
    .name = "gitea",
    .signs = "!",
    .most = 60000, /* no limit was found: a comment that is read */
    .finish = finish_markdown,
    .foreign = flavor_ticket_foreign,
    .cite = flavor_cite,
    .fold_open = "<details>\n<summary>",
    .fold_summary_end = "</summary>\n\n",
    .fold_close = "\n</details>\n",
};
