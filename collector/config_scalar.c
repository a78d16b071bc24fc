/* SPDX-License-Identifier: MIT */
#include "collector/config_scalar.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "collector/quantity.h"

enum { DIGITS_MOST = 20 }; /* a longer row of digits is no number of ours */

/* `010` is ten in YAML 1.2, and eight in YAML 1.1 and C: who wrote it knows which was meant. */
static const char *after_zeros(const char *text)
{
    const char *digits = text + (text[0] == '-' || text[0] == '+');
    size_t len = strlen(digits);

    if (digits[0] != '0' || len < 2 || len > DIGITS_MOST || strspn(digits, "0123456789") != len)
        return NULL;
    digits += strspn(digits, "0");
    return *digits ? digits : "0";
}

const char *config_plain(struct loader *loader, const struct yaml_node *node, const struct place *place,
                         const char *what)
{
    struct setting setting = {NULL, NULL};
    const char *digits;

    if (node->type != YAML_SCALAR || yaml_meaning(node) == YAML_MEANS_NULL) {
        loader_expected(loader, node, place, what);
        return NULL;
    }
    if (!loader_expand(loader, node, place, EXPAND_PLAIN, &setting) || loader_is_open(loader, setting.value))
        return NULL;
    digits = after_zeros(setting.value);
    if (digits) {
        loader_problem(loader, node, place,
                       "expected %s, not `%s`, which is octal to some and decimal to others; write it without the "
                       "leading zero: %s",
                       what, yaml_text(node).data, digits);
        return NULL;
    }
    return setting.value;
}

bool config_duration(struct loader *loader, const struct yaml_node *node, const struct place *place, int64_t *us)
{
    const char *text = config_plain(loader, node, place, quantity_durations);

    return text && (quantity_duration(text, us) || loader_expected(loader, node, place, quantity_durations));
}

static bool is_listed(const char *const *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(words[i], text) == 0)
            return true;
    return false;
}

bool config_switch(struct loader *loader, const struct yaml_node *node, const struct place *place, bool words,
                   bool *flag)
{
    static const char *const on[] = {"true", "True", "TRUE", "on"}, *const off[] = {"false", "False", "FALSE", "off"};
    static const char *const yes[] = {"yes", "on", "y"}, *const no[] = {"no", "off", "n"};
    const char *what = words ? "on or off" : "true or false";
    const char *text = config_plain(loader, node, place, what);
    bool is_yes;

    if (!text)
        return false;
    for (size_t i = 0; i < (words ? 4 : 3); i++)
        if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
            *flag = strcmp(text, on[i]) == 0;
            return true;
        }
    is_yes = is_listed(yes, 3, text);
    if (!is_yes && !is_listed(no, 3, text))
        return loader_expected(loader, node, place, what);
    loader_problem(loader, node, place, "expected %s, not `%s`, which is a mere text in YAML 1.2; write %s", what,
                   yaml_text(node).data,
                   words    ? is_yes ? "on" : "off"
                   : is_yes ? "true"
                            : "false");
    return false;
}

bool config_bool(struct loader *loader, const struct yaml_node *node, const struct place *place, bool *flag)
{
    return config_switch(loader, node, place, false, flag);
}

/* strtoll() takes the sign too; what it cannot hold was made a real number by yaml_scalar_json(). */
json_t *config_number(struct loader *loader, const struct yaml_node *node, const struct place *place)
{
    enum yaml_meaning meaning = yaml_meaning(node);
    const char *text = yaml_text(node).data;
    const char *digits = meaning == YAML_MEANS_INT ? after_zeros(text) : NULL;
    json_t *value;

    if (digits) {
        loader_problem(loader, node, place,
                       "`%s` is octal to some and decimal to others; write %s%s, or \"%s\" if it is a text", text,
                       text[0] == '-' ? "-" : "", digits, text);
        return NULL;
    }
    value = yaml_scalar_json(node);
    if (meaning == YAML_MEANS_INT && json_is_real(value)) {
        loader_problem(loader, node, place,
                       "`%s` has more digits than a number of ours can hold (64 bits); write \"%s\" if it is a text",
                       text, text);
        json_decref(value);
        return NULL;
    }
    if (!value)
        loader_problem(loader, node, place, "`%s` is too large for a number; write \"%s\" if it is a text", text,
                       text);
    return value;
}
