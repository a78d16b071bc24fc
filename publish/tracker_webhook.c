/* SPDX-License-Identifier: MIT */
/* tracker_webhook.c - a paragraph and a link into a channel: incoming webhooks of Slack and Mattermost, and of Microsoft
 * Teams, which takes an adaptive card. The address is the secret. */
#include <string.h>

#include "collector/suite.h"
#include "publish/notice.h"
#include "publish/tracker.h"

/* Slack: three characters make markup, and with them gone so are mentions and links. */
static void escape_slack(const char *text, struct buf *out)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            buf_puts(out, "&amp;");
            break;
        case '<':
            buf_puts(out, "&lt;");
            break;
        case '>':
            buf_puts(out, "&gt;");
            break;
        default:
            buf_putc(out, *text);
        }
}

/* Mattermost and Teams: Markdown, with @all and @channel. */
static void escape_markdown(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (strchr("\\`*_{}[]()<>#~|!", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
        if (*text == '@')
            buf_puts(out, "\xe2\x80\x8b"); /* zero-width space: nobody is called */
    }
}

static json_t *card(const char *words, const char *report_url)
{
    json_t *content = json_pack("{s:s, s:s, s:s, s:[{s:s, s:s, s:b}]}", "$schema",
                                "http://adaptivecards.io/schemas/adaptive-card.json", "type", "AdaptiveCard",
                                "version", "1.4", "body", "type", "TextBlock", "text", words, "wrap", 1);

    if (report_url)
        json_object_set_new(
            content, "actions",
            json_pack("[{s:s, s:s, s:s}]", "type", "Action.OpenUrl", "title", "The report", "url", report_url));
    return json_pack("{s:s, s:[{s:s, s:n, s:o}]}", "type", "message", "attachments", "contentType",
                     "application/vnd.microsoft.card.adaptive", "contentUrl", "content", content);
}

static bool send(struct tracker *tracker, const struct notice *notice, struct error *err)
{
    const char *format = tracker->settings->format ? tracker->settings->format : "slack";
    bool slack = strcmp(format, "slack") == 0;
    bool teams = strcmp(format, "teams") == 0;
    struct buf words = BUF_INIT;
    json_t *json;

    if (!slack && !teams && strcmp(format, "mattermost") != 0) {
        tracker->trouble = TROUBLE_REFUSED;
        return fail(err, ERR_CONFIG, "`format` of a webhook is slack, mattermost or teams, not `%s`", format);
    }
    notice_words(notice, slack ? escape_slack : escape_markdown, &words);
    if (notice->report_url && slack)
        buf_printf(&words, " <%s|The report>", notice->report_url);
    else if (notice->report_url && !teams)
        buf_printf(&words, " [The report](%s)", notice->report_url);
    json = teams ? card(words.data, notice->report_url) : json_pack("{s:s}", "text", words.data);
    buf_free(&words);
    return tracker_tell(tracker, "POST", "", json, err);
}

const struct tracker_ops tracker_webhook = {.kind = "webhook", .flavor = "github", .body_most = 3000, .send = send};
