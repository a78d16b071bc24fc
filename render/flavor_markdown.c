/* SPDX-License-Identifier: MIT */
/* Markdown for no tracker in particular: no HTML, folds are headings, nothing but what CommonMark and tables need is
 * escaped. What goes to another markup is written in it first. */
#include <string.h>

#include "render/finish.h"
#include "render/flavor.h"

const struct flavor flavor_markdown = {
    .name = "plain",
    .finish = finish_plain,
    .foreign = flavor_plain_markdown,
    .cite = flavor_cite,
    .fold_open = FINISH_FOLD "\n\n#### ",
    .fold_summary_end = "\n\n",
    .fold_close = "\n\n" FINISH_FOLD_END "\n",
};

const struct flavor flavor_jira = {
    .name = "jira",
    .most = 32000, /* of 32,767 by default */
    .counts_characters = true,
    .finish = finish_jira,
    .foreign = flavor_plain_markdown,
    .cite = flavor_cite,
    .fold_open = FINISH_FOLD "\n\n#### ",
    .fold_summary_end = "\n\n",
    .fold_close = "\n\n" FINISH_FOLD_END "\n",
};

const struct flavor flavor_textile = {
    .name = "textile",
    .most = 60000, /* no limit was found: a comment that is read */
    .finish = finish_textile,
    .foreign = flavor_plain_markdown,
    .cite = flavor_cite,
    .fold_open = FINISH_FOLD "\n\n#### ",
    .fold_summary_end = "\n\n",
    .fold_close = "\n\n" FINISH_FOLD_END "\n",
};

const struct flavor *const flavor_list[] = {&flavor_github,  &flavor_gitlab,    &flavor_gitea,
                                            &flavor_redmine, &flavor_redcarpet, &flavor_textile,
                                            &flavor_jira,    &flavor_markdown,  NULL};

const struct flavor *flavor_by_name(const char *name)
{
    for (size_t i = 0; flavor_list[i]; i++)
        if (strcmp(flavor_list[i]->name, name) == 0)
            return flavor_list[i];
    return NULL;
}
