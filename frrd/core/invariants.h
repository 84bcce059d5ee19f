/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must hold for a group after every step. */
#ifndef FRRD_CORE_INVARIANTS_H
#define FRRD_CORE_INVARIANTS_H

#include "action.h"
#include "event.h"
#include "types.h"

/*
 * Check one step: `before` and `after` are the group around it, `actions` what
 * it emitted for `event`.  Returns NULL when all is well, else a static string
 * that names the broken invariant.
 */
const char *frrd_step_violation(const struct frrd_group *before, const struct frrd_group *after,
				const struct frrd_event *event,
				const struct frrd_actions *actions);

#endif
