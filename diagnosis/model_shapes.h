/* SPDX-License-Identifier: MIT */
/* model_shapes.h - the shapes of the report's structs (model.h), and how their tables are written.
 *
 * A member's type is asked of C itself, so that no table can say another than the struct. Private to diagnosis/ and to
 * the test that no member is forgotten. */
#ifndef DIAGNOSIS_MODEL_SHAPES_H
#define DIAGNOSIS_MODEL_SHAPES_H

#include "base/field.h"
#include "diagnosis/model.h"

/* clang-format 14 knows no _Generic. */
/* clang-format off */
#define MEMBER(struct_, member_) (((struct struct_ *)0)->member_)
#define VALUE(struct_, member_) \
    FIELD(_Generic(MEMBER(struct_, member_), \
              const char *: FIELD_TEXT, \
              struct slice: FIELD_FOREIGN, \
              bool: FIELD_BOOL, \
              uint64_t: FIELD_COUNT, \
              double: FIELD_NUMBER, \
              int64_t: FIELD_DURATION, \
              struct wall: FIELD_TIME, \
              struct cites: FIELD_CITES), struct_, member_)
#define WORD(struct_, member_, words_) \
    {#member_, _Generic(MEMBER(struct_, member_), int: FIELD_WORD), offsetof(struct struct_, member_), NULL, words_}
#define OBJECT(struct_, member_, of_)                                                                                  \
    FIELD_SHAPED(_Generic(MEMBER(struct_, member_), const struct of_ * : FIELD_OBJECT), struct_, member_, &of_##_shape)
#define CONTEXT(struct_, member_, of_)                                                                                 \
    FIELD_SHAPED(_Generic(MEMBER(struct_, member_), const struct of_ * : FIELD_CONTEXT), struct_, member_, &of_##_shape)
#define LIST(struct_, member_, of_)                                                                                    \
    FIELD_SHAPED(_Generic(MEMBER(struct_, member_), struct list : FIELD_LIST), struct_, member_, &of_##_shape)
/* clang-format on */

extern const struct shape model_timing_shape;
extern const struct shape model_label_shape;
extern const struct shape model_check_shape;
extern const struct shape model_endpoint_shape;
extern const struct shape model_certificate_shape;
extern const struct shape model_experiment_shape;
extern const struct shape model_exclusion_shape;
extern const struct shape model_caution_shape;
extern const struct shape model_location_shape;
extern const struct shape model_change_shape;
extern const struct shape model_finding_shape;
extern const struct shape model_shown_shape;
extern const struct shape model_step_shape;
extern const struct shape model_owner_shape;
extern const struct shape model_pattern_shape;
extern const struct shape model_message_shape;
extern const struct shape model_hop_shape;
extern const struct shape model_token_shape;
extern const struct shape model_cause_shape;
extern const struct shape model_transition_shape;
extern const struct shape model_finding_change_shape;
extern const struct shape model_difference_shape;
extern const struct shape model_latency_shape;
extern const struct shape model_since_shape;
extern const struct shape model_run_shape;
extern const struct shape model_comparison_shape;
extern const struct shape model_summary_shape;
extern const struct shape model_ticket_shape;
extern const struct shape model_suite_shape;
extern const struct shape model_night_shape;
extern const struct shape model_history_row_shape;
extern const struct shape model_nights_shape;
extern const struct shape model_time_shape;
#endif
