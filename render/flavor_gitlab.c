/* SPDX-License-Identifier: MIT */
/* GitLab's Markdown: GitHub's, but more signs make a reference (!1 merge requests, ~label, %milestone, &epic, ^alert,
 * *iteration:1, [vulnerability:1]), braces and brackets with a sign mark changes ({+ +}, [- -]), and a line that begins with
 * a slash is a quick action, which the last step sees to. */
#include "render/finish.h"
#include "render/flavor.h"

const struct flavor flavor_gitlab = {
    .name = "gitlab",
    .signs = "!~%&^*[{",
    .most = 900000, /* of 1,000,000 characters */
    .finish = finish_gitlab,
    .foreign = flavor_ticket_foreign,
    .cite = flavor_cite,
    .fold_open = "<details>\n<summary>",
    .fold_summary_end = "</summary>\n\n",
    .fold_close = "\n</details>\n",
};
