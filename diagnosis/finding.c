/* SPDX-License-Identifier: MIT */
#include "diagnosis/finding.h"

const char *const certainty_words[] = {"none", "possible", "likely", "confirmed", NULL};
