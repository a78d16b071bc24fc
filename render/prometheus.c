/* SPDX-License-Identifier: MIT */
#include "render/prometheus.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "diagnosis/model.h"
#include "render/word.h"

static void put_family(const char *name, const char *help, struct buf *out)
{
    buf_printf(out, "# HELP endoscope_%s %s\n# TYPE endoscope_%s gauge\n", name, help, name);
}

/* A label's value: backslash, quote and newline are escaped, and what a reader could not see before that. */
static void put_label(const char *name, struct slice value, struct buf *out)
{
    struct buf shown = BUF_INIT;

    if (value.data)
        utf8_escape(&shown, value);
    buf_printf(out, "%s%s=\"", out->data[out->len - 1] == '{' ? "" : ",", name);
    for (size_t i = 0; i < shown.len; i++) {
        if (shown.data[i] == '\\' || shown.data[i] == '"')
            buf_putc(out, '\\');
        buf_putc(out, shown.data[i]);
    }
    buf_putc(out, '"');
    buf_free(&shown);
}

/* "endoscope_NAME{suite=…,environment=…,vantage=…" */
static void open_sample(const struct model *model, const char *name, struct buf *out)
{
    buf_printf(out, "endoscope_%s{", name);
    put_label("suite", model->suite->name, out);
    put_label("environment", model->suite->environment, out);
    put_label("vantage", model->run->vantage, out);
}

static void close_count(uint64_t value, struct buf *out)
{
    buf_printf(out, "} %" PRIu64 "\n", value);
}

static void close_seconds(int64_t us, struct buf *out)
{
    buf_printf(out, "} %" PRId64 ".%06" PRId64 "\n", us / 1000000, us % 1000000);
}

static void open_endpoint(const struct model *model, const struct model_endpoint *endpoint, const char *name,
                          struct buf *out)
{
    const struct shape *shape = shape_of(&model_shape, "endpoints");

    open_sample(model, name, out);
    put_label("endpoint", endpoint->name, out);
    put_label("kind", slice_of(shape_word(shape, "kind", endpoint)), out);
    put_label("role", slice_of(shape_word(shape, "role", endpoint)), out);
}

enum figure { FIGURE_UP, FIGURE_ATTEMPTS, FIGURE_PASSED, FIGURE_SECONDS, FIGURE_STATUS };

static void put_sample(const struct model *model, const struct model_endpoint *endpoint, enum figure figure,
                       const char *name, struct buf *out)
{
    const struct model_answer *answer = endpoint->answer;

    switch (figure) {
    case FIGURE_UP:
        if (answer->result == RESULT_NOT_JUDGED || answer->result == RESULT_NOT_PROBED)
            return;
        open_endpoint(model, endpoint, name, out);
        close_count(answer->result == RESULT_WORKS, out);
        return;
    case FIGURE_ATTEMPTS:
        open_endpoint(model, endpoint, name, out);
        close_count(answer->total, out);
        return;
    case FIGURE_PASSED:
        open_endpoint(model, endpoint, name, out);
        close_count(answer->passed, out);
        return;
    case FIGURE_SECONDS:
        if (answer->time < 0)
            return;
        open_endpoint(model, endpoint, name, out);
        close_seconds(answer->time, out);
        return;
    case FIGURE_STATUS:
        if (!answer->status)
            return;
        open_endpoint(model, endpoint, name, out);
        close_count(answer->status, out);
        return;
    }
}

static void put_endpoints(const struct model *model, struct buf *out)
{
    static const struct {
        enum figure figure;
        const char *name, *help;
    } families[] = {
        {FIGURE_UP, "endpoint_up",
         "1 when all attempts passed, 0 when one did not; absent when it could not be judged."},
        {FIGURE_ATTEMPTS, "endpoint_attempts", "Attempts of the run."},
        {FIGURE_PASSED, "endpoint_attempts_passed", "Attempts of the run that passed."},
        {FIGURE_SECONDS, "endpoint_duration_seconds", "Median time of the attempts that got an answer."},
        {FIGURE_STATUS, "endpoint_status_code", "HTTP status of the typical attempt."},
    };

    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        put_family(families[i].name, families[i].help, out);
        for (size_t k = 0; k < model->endpoints.count; k++) {
            const struct model_endpoint *endpoint = list_item(&model->endpoints, sizeof *endpoint, k);

            if (endpoint->answer)
                put_sample(model, endpoint, families[i].figure, families[i].name, out);
        }
    }
}

static void put_certificates(const struct model *model, struct buf *out)
{
    const struct model_certificate *certificates = model->certificates.items;

    put_family("certificate_not_after_timestamp_seconds", "When a leaf certificate ends.", out);
    for (size_t i = 0; i < model->certificates.count; i++) {
        /* The digest tells apart what has the same names; two of the same digest are one. */
        bool seen = !certificates[i].sha256.len || certificates[i].not_after.us < 0;

        for (size_t k = 0; k < i; k++)
            seen = seen || slice_equals(certificates[k].sha256, certificates[i].sha256);
        if (seen)
            continue;
        open_sample(model, "certificate_not_after_timestamp_seconds", out);
        put_label("subject", certificates[i].subject, out);
        put_label("sha256", certificates[i].sha256, out);
        close_count((uint64_t)certificates[i].not_after.us / 1000000, out);
    }
}

static void put_findings(const struct model *model, struct buf *out)
{
    const struct {
        const char *certainty;
        uint64_t count;
    } rows[] = {{"confirmed", model->summary->confirmed},
                {"likely", model->summary->likely},
                {"possible", model->summary->possible},
                {"none", model->summary->unexplained}};

    put_family("findings", "Causes that the run found, by how sure they are; none: no cause was found.", out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        open_sample(model, "findings", out);
        put_label("certainty", slice_of(rows[i].certainty), out);
        close_count(rows[i].count, out);
    }
}

void prometheus_write(const struct model *model, struct buf *out)
{
    put_endpoints(model, out);
    put_certificates(model, out);
    put_findings(model, out);
    put_family("run_timestamp_seconds", "When the run began.", out);
    open_sample(model, "run_timestamp_seconds", out);
    close_seconds(model->run->started.us, out);
    if (model->run->duration >= 0) {
        put_family("run_duration_seconds", "How long the run took.", out);
        open_sample(model, "run_duration_seconds", out);
        close_seconds(model->run->duration, out);
    }
    put_family("run_whole", "1 when the run came to every attempt that it had planned.", out);
    open_sample(model, "run_whole", out);
    close_count(model->run->attempts >= model->run->planned, out);
}
