/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Damping: a cap on the moves that nobody ordered. */
#ifndef FRRD_CORE_DAMPING_H
#define FRRD_CORE_DAMPING_H

#include "types.h"

/* Note a move at `now_ms`; the oldest is dropped when there are too many. */
void frrd_moves_add(struct frrd_moves *moves, int64_t now_ms);

/*
 * When the next move of itself is allowed by the cap on moves and by hold-down:
 * a time <= now_ms means now.  The cap counts the moves of the last
 * damping_window_ms; damping_max_moves 0 means no cap.  It does not hold a group
 * whose owner gets no route out.
 */
int64_t frrd_moves_allowed_at(const struct frrd_group *group, const struct frrd_policy *policy,
			      int64_t now_ms);

/* The same for the cap alone: until when the group is damped; <= now_ms: it is not. */
int64_t frrd_moves_damped_until(const struct frrd_moves *moves, const struct frrd_policy *policy,
				int64_t now_ms);

#endif
