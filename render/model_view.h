/* SPDX-License-Identifier: MIT */
/* model_view.h - a struct described by a shape (base/field.h), as templates see it. */
#ifndef RENDER_MODEL_VIEW_H
#define RENDER_MODEL_VIEW_H

#include "base/field.h"
#include "render/view.h"

/* `object` is a struct of `shape`; both outlive the view. */
struct view model_view(const struct shape *shape, const void *object);
#endif
