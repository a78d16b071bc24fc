/* SPDX-License-Identifier: MIT */
/* What was asked beside the attempts, and what each answer shows. Only what was measured shows anything: a question that
 * nobody asked has no row. */
#include "diagnosis/model_experiment.h"
#include "base/buf.h"
#include "diagnosis/absent.h"
#include "diagnosis/address.h"
#include "diagnosis/cors.h"
#include "diagnosis/model_maker.h"
#include "diagnosis/shape.h"

enum { ALIKE_MAX = 2, ANSWERS_MAX = 8 };

static bool is_refusal(int status)
{
    return status == 401 || status == 403;
}

static int status_of(const struct answer *answer)
{
    return answer->typical && answer->same ? answer->typical->status : 0;
}

static void put_one(const struct probe *probe, struct buf *out)
{
    if (probe->status)
        buf_printf(out, "%d", probe->status);
    else
        buf_puts(out, probe->code ? probe->code : "no answer");
}

/* "404, 404"; many equal ones as "404 (6 times)". */
static void put_answers(const struct answer *answer, struct buf *out)
{
    if (answer->count == 0) {
        buf_puts(out, "not asked");
    } else if (answer->count > ALIKE_MAX && answer->same) {
        put_one(answer->typical, out);
        buf_printf(out, " (%zu times)", answer->count);
    } else {
        for (size_t i = 0; i < answer->count && i < ANSWERS_MAX; i++) {
            buf_puts(out, i ? ", " : "");
            put_one(answer->probes[i], out);
        }
        if (answer->count > ANSWERS_MAX)
            buf_puts(out, ", …");
    }
}

static const char *answers_words(const struct asking *asking, const struct answer *answers, size_t count)
{
    struct buf words = BUF_INIT;
    const char *kept;

    for (size_t i = 0; i < count; i++) {
        buf_puts(&words, i ? " / " : "");
        put_answers(&answers[i], &words);
    }
    kept = arena_text(asking->maker->arena, words.data);
    buf_free(&words);
    return kept;
}

static struct cites all_cites(const struct asking *asking, const struct answer *answers, size_t count)
{
    uint32_t *ordinals;
    size_t total = 0, at = 0;

    for (size_t i = 0; i < count; i++)
        total += answers[i].cites.count;
    ordinals = arena_new(asking->maker->arena, total + 1, sizeof *ordinals);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < answers[i].cites.count; k++)
            ordinals[at++] = answers[i].cites.ordinals[k];
    return maker_cites(asking->maker, (struct cites){.ordinals = ordinals, .count = total});
}

void experiment_add(struct asking *asking, const char *question, const char *changed, struct slice address,
                    const struct answer *answers, size_t count, const char *shows)
{
    struct model_experiment *row = grown_add(&asking->rows, sizeof *row, asking->maker->arena);

    *row = (struct model_experiment){
        .endpoint = slice_of(maker_endpoint(asking->maker, asking->endpoint)->name),
        .question = question,
        .changed = slice_of(changed),
        .address = address,
        .answer = answers_words(asking, answers, count),
        .shows = shows,
        .cites = all_cites(asking, answers, count),
    };
}

static struct slice address_of(const struct asking *asking, uint32_t candidate)
{
    const struct endpoint *endpoint = maker_endpoint(asking->maker, asking->endpoint);

    return candidate ? slice_of(endpoint->candidates[candidate - 1].name) : address_target(endpoint->url.shown);
}

static void ask_absent(struct asking *asking)
{
    struct answer absent = maker_absent(asking->maker, asking->endpoint);
    const char *shows = "the path is not there: its answer is the same";

    if (absent.count == 0)
        return;
    if (absent.count < 2)
        shows = "not shown: only one of the two was asked";
    else if (!absent.same)
        shows = "not shown: the two are answered differently";
    else if (status_of(asking->original) == 0)
        shows = "not shown: the path itself is not answered, or not each time the same way";
    else if (status_of(asking->original) != status_of(&absent) && !shape_says_absent(absent.typical))
        shows = "not shown: the answer to paths that cannot exist says nothing of paths";
    else if (status_of(asking->original) != status_of(&absent))
        shows = asking->original->verdict == VERDICT_FAILS ? "a route is there, and fails" : "a route is there";
    else if (!maker_like_absent(asking->maker, asking->endpoint, asking->original))
        shows = "not shown: the same status, in another answer";
    else if (!shape_means_absent(absent.typical))
        shows = "it is not about the path: every one gets this answer";
    experiment_add(asking, "Is the path there?",
                   absent.count == 1 ? "a path that cannot exist" : "two paths that cannot exist",
                   address_of(asking, 0), &absent, 1, shows);
}

static const char *works_words(const struct asking *asking, uint32_t candidate)
{
    struct cites cites;

    if (candidate_is_any(answers_part(asking->maker->answers, asking->endpoint), asking->endpoint, candidate,
                         asking->maker->arena, &cites)
        == HOLDS)
        return "it passes, and so do paths that cannot exist";
    return asking->original->verdict == VERDICT_FAILS ? "it works where the configured one fails" : "it works too";
}

/* Asked only where the paths that cannot exist beside the endpoint itself leave it open. */
static void ask_any(struct asking *asking, uint32_t candidate)
{
    const struct maker *maker = asking->maker;
    struct answer absent = maker_asked(maker, asking->endpoint, candidate, QUESTION_NO_SUCH_SIBLING);
    enum known any;
    struct cites cites;

    if (absent.count == 0)
        return;
    any = candidate_is_any(answers_part(maker->answers, asking->endpoint), asking->endpoint, candidate, maker->arena,
                           &cites);
    experiment_add(asking, "Does any path there pass?", "a path that cannot exist", address_of(asking, candidate),
                   &absent, 1,
                   any == HOLDS      ? "yes: that the other address passes shows nothing"
                   : any == DOES_NOT ? "no: it is answered differently"
                                     : "not shown: the same status, in another answer");
}

/* Each address that works has a row; those that do not share one. */
static void ask_candidates(struct asking *asking)
{
    const struct maker *maker = asking->maker;
    const struct endpoint *endpoint = maker_endpoint(maker, asking->endpoint);
    struct answer failing = {0};
    struct buf names = BUF_INIT;
    size_t count = 0, absent = 0;

    for (uint32_t k = 1; k <= endpoint->candidate_count; k++) {
        struct answer answer = maker_asked(maker, asking->endpoint, k, QUESTION_CANDIDATE);

        if (answer.verdict == VERDICT_PASSES) {
            experiment_add(asking, "Does another address work?", "the address", address_of(asking, k), &answer, 1,
                           works_words(asking, k));
            ask_any(asking, k);
        } else if (answer.count > 0) {
            buf_printf(&names, "%s%s", count ? ", " : "", endpoint->candidates[k - 1].name);
            absent += maker_like_absent(maker, asking->endpoint, &answer);
            failing = maker_join(failing, answer, maker->arena);
            count++;
        }
    }
    if (count > 0)
        experiment_add(asking, "Does another address work?", "the address",
                       arena_slice(maker->arena, buf_slice(&names)), &failing, 1,
                       absent == count ? "no: the same answer as paths that cannot exist" : "no");
    buf_free(&names);
}

static void ask_parent(struct asking *asking)
{
    struct answer parent = maker_asked(asking->maker, asking->endpoint, 0, QUESTION_PARENT);

    if (parent.count > 0)
        experiment_add(asking, "Is the parent there?", "the path's parent", address_of(asking, 0), &parent, 1,
                       !parent.typical->status                                  ? "not shown: no answer"
                       : shape_alike(asking->original->typical, parent.typical) ? "no: the same answer"
                                                                                : "it is answered differently");
}

static void ask_preflight(struct asking *asking)
{
    struct answer preflight = maker_asked(asking->maker, asking->endpoint, 0, QUESTION_PREFLIGHT);

    if (preflight.count > 0)
        experiment_add(asking, "Is the preflight allowed?", "OPTIONS, as a browser asks", address_of(asking, 0),
                       &preflight, 1,
                       !preflight.typical->status       ? "not shown: no answer"
                       : cors_allows(preflight.typical) ? "yes: a page may ask"
                                                        : "no: a page may not ask");
}

static void ask_again(struct asking *asking)
{
    struct answer again = maker_asked(asking->maker, asking->endpoint, 0, QUESTION_REPEAT);
    const char *shows = "yes: it fails each time";

    if (again.count == 0)
        return;
    if (again.verdict == VERDICT_PASSES)
        shows = "no: it passes now";
    else if (again.verdict != VERDICT_FAILS)
        shows = "not each time";
    else if (status_of(&again) != status_of(asking->original))
        shows = "yes, but not each time in the same way";
    experiment_add(asking, "Does it still fail?", "nothing: asked again", address_of(asking, 0), &again, 1, shows);
}

static const char *token_shows(const struct answer *original, const struct answer *without,
                               const struct answer *broken)
{
    const struct answer *asked = without->count ? without : broken;
    int status = status_of(original);

    if (original->verdict != VERDICT_FAILS)
        return "not shown";
    if (without->verdict == VERDICT_PASSES)
        return "the token is what it fails on: without, it passes";
    if (status && status == status_of(asked) && (broken->count == 0 || status == status_of(broken)))
        return is_refusal(status) ? "not shown: refused with it as without" : "not the token: the same answer";
    if (is_refusal(status_of(asked)))
        return "the token is looked at, and passes that check";
    return "not shown: the answers differ in another way";
}

static void ask_token(struct asking *asking)
{
    struct answer answers[2] = {
        maker_asked(asking->maker, asking->endpoint, 0, QUESTION_WITHOUT_AUTHORIZATION),
        maker_asked(asking->maker, asking->endpoint, 0, QUESTION_BROKEN_AUTHORIZATION),
    };
    bool both = answers[0].count && answers[1].count;

    if (answers[0].count + answers[1].count == 0)
        return;
    experiment_add(asking, "Is it the token?",
                   both               ? "without / with a broken Authorization"
                   : answers[0].count ? "without Authorization"
                                      : "with a broken Authorization",
                   address_of(asking, 0), answers[0].count ? answers : answers + 1, both ? 2 : 1,
                   token_shows(asking->original, &answers[0], &answers[1]));
}

/* Three answers show that authentication works: passes with the token, refused without, refused with a broken one. That
 * nobody was refused shows nothing. */
static void ask_authentication(struct asking *asking)
{
    struct answer answers[3] = {
        *asking->original,
        maker_asked(asking->maker, asking->endpoint, 0, QUESTION_WITHOUT_AUTHORIZATION),
        maker_asked(asking->maker, asking->endpoint, 0, QUESTION_BROKEN_AUTHORIZATION),
    };
    const char *shows = "not shown";

    if (answers[1].count + answers[2].count == 0)
        return;
    if (answers[1].verdict == VERDICT_PASSES)
        shows = "no, not there: it passes without a token";
    else if (answers[2].verdict == VERDICT_PASSES)
        shows = "no, not there: it passes with a broken token";
    else if (is_refusal(status_of(&answers[1])) && is_refusal(status_of(&answers[2])))
        shows = "yes, there";
    else if (is_refusal(status_of(&answers[1])) && answers[2].count == 0)
        shows = "a token is wanted there; whether it is verified was not asked";
    experiment_add(asking, "Does authentication work?", "with / without / with a broken Authorization",
                   address_of(asking, 0), answers, 3, shows);
}

static void ask_candidate_token(struct asking *asking)
{
    const struct endpoint *endpoint = maker_endpoint(asking->maker, asking->endpoint);

    for (uint32_t k = 1; k <= endpoint->candidate_count; k++) {
        struct answer without = maker_asked(asking->maker, asking->endpoint, k, QUESTION_WITHOUT_AUTHORIZATION);

        if (without.count > 0)
            experiment_add(asking, "Does the other address want a token?", "without Authorization",
                           address_of(asking, k), &without, 1,
                           without.verdict == VERDICT_PASSES ? "no: it opens without one"
                           : is_refusal(status_of(&without)) ? "yes: it refuses without one"
                                                             : "not shown");
    }
}

static void ask_plain(struct asking *asking)
{
    struct answer plain = maker_asked(asking->maker, asking->endpoint, 0, QUESTION_PLAIN_GET);
    int upgraded = status_of(asking->original), status = status_of(&plain);
    const char *shows = "the upgrade is answered in another way than a plain GET";

    if (plain.count == 0)
        return;
    if (status == 0 || upgraded == 0)
        shows = "not shown";
    else if (status == upgraded && shape_alike(plain.typical, asking->original->typical))
        shows = "not the upgrade: a plain GET gets the same answer";
    else if (status == upgraded)
        shows = "not the upgrade: a plain GET gets the same status";
    else if (status == 426)
        shows = "the address wants an upgrade";
    else if (status == 404 || status == 405)
        shows = "what fails answers the upgrade only";
    experiment_add(asking, "Is it the upgrade?", "GET without upgrade", address_of(asking, 0), &plain, 1, shows);
}

static void ask_unverified(struct asking *asking)
{
    struct answer answer = maker_asked(asking->maker, asking->endpoint, 0, QUESTION_UNVERIFIED);

    if (answer.count > 0)
        experiment_add(asking, "Does the service behind the certificate live?",
                       "verification off, without credentials", address_of(asking, 0), &answer, 1,
                       status_of(&answer) ? "yes: it answers" : "not shown: it does not answer");
}

struct list maker_experiments(const struct maker *maker)
{
    struct asking asking = {.maker = maker};

    for (uint32_t i = 0; i < maker->records->suite->endpoint_count; i++) {
        if (answers_plain(maker->answers, i))
            continue;
        asking.endpoint = i;
        asking.original = answers_of(maker->answers, i);
        if (asking.original->count == 0 || answers_part(maker->answers, i)->count == asking.original->count)
            continue;
        ask_candidates(&asking);
        ask_parent(&asking);
        ask_preflight(&asking);
        ask_again(&asking);
        ask_absent(&asking);
        ask_plain(&asking);
        if (asking.original->verdict == VERDICT_PASSES)
            ask_authentication(&asking);
        else
            ask_token(&asking);
        ask_candidate_token(&asking);
        ask_unverified(&asking);
        experiment_variations(&asking);
    }
    return grown_list(&asking.rows);
}
