/* SPDX-License-Identifier: MIT */
/* A value may be a variable everywhere, whose value no schema knows; and a number may be quoted. */
#include "collector/config_schema_forms.h"

#define REF(name) "{'$ref': '#/$defs/" name "'}"
#define ONE_OR_LIST(name) "{'anyOf': [" REF(name) ", {'type': 'array', 'items': " REF(name) "}]}"
#define BY_NAME(name) "{'type': 'object', 'additionalProperties': " REF(name) "}"
#define PATTERN(pattern) "{'anyOf': [{'type': 'string', 'pattern': '" pattern "'}, " REF("variable") "]}"
#define OPERATORS(more)                                                                                               \
    "{'type': 'object', 'additionalProperties': false, 'properties': {'equals': " more                                \
    ", 'exists': " REF("bool") ", 'absent': " REF("bool")

const struct schema_form config_schema_forms[] = {
    {"variable", "{'type': 'string', 'pattern': '\\\\$\\\\{'}"},
    {"any", "true"},
    {"text", "{'type': ['string', 'number', 'boolean']}"},
    {"texts", ONE_OR_LIST("text")},
    {"count", "{'anyOf': [{'type': 'integer', 'minimum': 1, 'maximum': 1000000}, "
              "{'type': 'string', 'pattern': '^[1-9][0-9]*$'}, " REF("variable") "]}"},
    {"number", "{'anyOf': [{'type': 'integer', 'minimum': 0, 'maximum': 1000000}, "
               "{'type': 'string', 'pattern': '^(0|[1-9][0-9]*)$'}, " REF("variable") "]}"},
    {"size", "{'anyOf': [{'type': 'number', 'minimum': 0}, "
             "{'type': 'string', 'pattern': '^[0-9]+([.][0-9]+)?(B|KiB|MiB|GiB)?$'}, " REF("variable") "]}"},
    {"duration", PATTERN("^[0-9]+([.][0-9]+)?(us|ms|s|m|h|d)$")},
    {"bool", "{'anyOf': [{'type': 'boolean'}, {'enum': ['true', 'True', 'TRUE', 'false', 'False', 'FALSE']}, " REF(
                 "variable") "]}"},
    {"switch", "{'anyOf': [" REF("bool") ", {'enum': ['on', 'off']}]}"},
    {"variables", "{'anyOf': [{'type': 'string', 'pattern': '^[^${} ]+$'}, "
                  "{'type': 'array', 'items': {'type': 'string', 'pattern': '^[^${} ]+$'}}]}"},
    {"texts_by_name", BY_NAME("text")},
    {"defaults", REF("defaults_mapping")},
    {"endpoints", "{'type': 'array', 'minItems': 1, 'items': " REF("endpoint") "}"},
    {"object", "{'fields': true}"},
    {"list", "{'type': 'array', 'items': {'fields': true}}"},
    {"by_name", "{'type': 'object', 'additionalProperties': {'fields': true}}"},
    {"text_or_object", "{'anyOf': [" REF("text") ", {'fields': true}]}"},
    {"token_or_object", "{'anyOf': [" REF("variable") ", {'fields': true}]}"},
    {"proxy", PATTERN("^(https?|socks5h)://[^/]")},
    {"address", PATTERN("^[Hh][Tt][Tt][Pp][Ss]?://[^/]")},
    {"url", PATTERN("^([Hh][Tt][Tt][Pp]|[Ww][Ss])[Ss]?://[^/ ]+(/[^ ]*|[?#].*)?$")},
    {"headers", "{'type': 'object', 'propertyNames': {'pattern': '^[!#$%&*+.^_`|~0-9A-Za-z-]+$'}, "
                "'additionalProperties': {'anyOf': [" REF("text") ", {'type': 'null'}]}}"},
    {"token", PATTERN("^[!#$%&*+.^_`|~0-9A-Za-z-]+$")},
    {"tokens", ONE_OR_LIST("token")},
    {"method", REF("token")},
    {"follow", "{'anyOf': [{'type': 'integer', 'minimum': 0, 'maximum': 20}, {'type': 'boolean'}, "
               "{'type': 'string', 'pattern': '^([0-9]|1[0-9]|20|true|false)$'}, " REF("variable") "]}"},
    {"dns", "{'anyOf': [{'enum': ['shared', 'fresh']}, " REF("variable") "]}"},
    {"message",
     "{'anyOf': [" REF("text") ", {'type': 'object', 'required': ['json'], 'properties': {'json': true}}]}"},
    {"send", ONE_OR_LIST("message")},
    {"resolution", PATTERN("^[^:]+:[0-9]+:.+$")},
    {"resolve", ONE_OR_LIST("resolution")},
    {"candidate", "{'anyOf': [" REF("text") ", " REF("candidate_mapping") "]}"},
    {"candidates", ONE_OR_LIST("candidate")},
    {"tls_version", "{'anyOf': [{'enum': ['1.0', '1.1', '1.2', '1.3', 1.1, 1.2, 1.3]}, " REF("variable") "]}"},
    {"status_one", "{'anyOf': [{'type': 'integer', 'minimum': 100, 'maximum': 599}, "
                   "{'type': 'string', 'pattern': '^[1-5]([0-9][0-9]|[xX][xX])$'}, " REF("variable") "]}"},
    {"status", "{'anyOf': [" REF("status_one") ", {'type': 'array', 'minItems': 1, 'items': " REF("status_one") "}]}"},
    {"compared_mapping", OPERATORS(REF("text")) ", 'contains': " REF("text") ", 'matches': " REF("text") "}}"},
    {"compared", "{'anyOf': [" REF("text") ", " REF("compared_mapping") "]}"},
    {"compared_by_name", BY_NAME("compared")},
    {"body", "{'anyOf': [" REF("text") ", " OPERATORS(REF("text")) ", 'contains': " REF("text") ", 'matches': " REF(
                 "text") ", 'sha256': " PATTERN("^[0-9A-Fa-f]{64}$") "}}]}"},
    {"scalar", "{'type': ['string', 'number', 'boolean', 'null']}"},
    {"amount", "{'anyOf': [{'type': 'number'}, {'type': 'string', 'pattern': '^[-+0-9.eE]+$'}, " REF("variable") "]}"},
    {"compared_json",
     "{'anyOf': [" REF("scalar") ", " OPERATORS(REF("scalar")) ", 'contains': " REF("text") ", 'matches': " REF(
         "text") ", 'at_least': " REF("amount") ", 'at_most': " REF("amount") ", 'type': {'anyOf': [{'enum': "
                                                                              "['object', 'array', 'string', "
                                                                              "'number', 'boolean', "
                                                                              "'null']}, " REF("variable") "]}}}]"
                                                                                                           "}"},
    {"compared_by_pointer", "{'type': 'object', 'propertyNames': {'pattern': '^(/([^~]|~0|~1)*)?$'}, "
                            "'additionalProperties': " REF("compared_json") "}"},
    {"compared_size", "{'anyOf': [" REF("size") ", {'type': 'object', 'additionalProperties': false, 'properties': "
                                                "{'equals': " REF("size") ", 'at_least': " REF(
                                                    "size") ", 'at_most': " REF("size") "}}]}"},
    {"version", "{'anyOf': [{'enum': ['1.0', '1.1', '2', '3', 1.1, 2, 3]}, " REF("variable") "]}"},
    {"close", "{'anyOf': [{'type': 'integer', 'minimum': 1000, 'maximum': 4999}, "
              "{'type': 'string', 'pattern': '^[1-4][0-9]{3}$'}, " REF("variable") "]}"},
    {"ping", "{'anyOf': [" REF("bool") ", " REF("duration") "]}"},
    {"tracker", "{'anyOf': [{'enum': ['github', 'gitlab', 'gitea', 'redmine', 'jira', 'command', 'webhook']}, " REF(
                    "variable") "]}"},
    {NULL, NULL},
};

const struct schema_form config_schema_rules[] = {
    {"body_mapping", "{'minProperties': 1, 'maxProperties': 1}"},
    {"token_mapping", "{'minProperties': 1, 'maxProperties': 1}"},
    {"tickets_mapping", "{'required': ['id']}"},
    {"trackers_mapping",
     "{'required': ['kind'], 'allOf': ["
     "{'if': {'properties': {'kind': {'const': 'webhook'}}}, 'then': {'properties': {'format': {'anyOf': "
     "[{'enum': ['slack', 'mattermost', 'teams']}, " REF(
         "variable") "]}}, 'required': ['url']}},"
                     "{'if': {'properties': {'kind': {'const': 'command'}}}, 'then': {'properties': {'format': "
                     "{'anyOf': "
                     "[{'enum': ['markdown', 'html']}, " REF(
                         "variable") "]}}, 'required': ['command']}},"
                                     "{'if': {'properties': {'kind': {'enum': ['github', 'gitlab', 'gitea']}}}, "
                                     "'then': {'required': "
                                     "['project', 'token']}},"
                                     "{'if': {'properties': {'kind': {'enum': ['gitea', 'redmine', 'jira']}}}, "
                                     "'then': {'required': "
                                     "['url', 'token']}}]}"},
    {NULL, NULL},
};

const char *config_schema_form_of(enum config_type type)
{
    switch (type) {
    case CONFIG_TEXT:
    case CONFIG_PATH:
    case CONFIG_SETTING:
        return "text";
    case CONFIG_COUNT:
        return "count";
    case CONFIG_NUMBER:
        return "number";
    case CONFIG_SIZE:
        return "size";
    case CONFIG_DURATION:
        return "duration";
    case CONFIG_BOOL:
        return "bool";
    case CONFIG_SWITCH:
        return "switch";
    case CONFIG_TEXTS:
        return "texts";
    case CONFIG_WORD:
    case CONFIG_OBJECT:
    case CONFIG_OWN:
        break;
    }
    return NULL;
}
