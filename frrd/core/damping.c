// SPDX-License-Identifier: GPL-2.0-or-later
/* Damping; see damping.h. */

#include <string.h>

#include "damping.h"
#include "group_internal.h"

void frrd_moves_add(struct frrd_moves *moves, int64_t now_ms)
{
	if (moves->count == FRRD_MOVES_MAX) {
		memmove(&moves->at_ms[0], &moves->at_ms[1],
			(FRRD_MOVES_MAX - 1) * sizeof(moves->at_ms[0]));
		moves->count--;
	}
	moves->at_ms[moves->count++] = now_ms;
}

int64_t frrd_moves_damped_until(const struct frrd_moves *moves, const struct frrd_policy *policy,
				int64_t now_ms)
{
	uint32_t max = policy->damping_max_moves;
	int64_t until;

	if (max == 0 || moves->count < max)
		return now_ms;
	/* The cap is full until the oldest of the last `max` moves leaves the window. */
	until = moves->at_ms[moves->count - max] + policy->damping_window_ms;
	return until > now_ms ? until : now_ms;
}

int64_t frrd_moves_allowed_at(const struct frrd_group *group, const struct frrd_policy *policy,
			      int64_t now_ms)
{
	int64_t until = now_ms;

	/* Where nothing is announced there is nothing to keep. */
	if (!fsm_routes_none(group))
		until = frrd_moves_damped_until(&group->moves, policy, now_ms);
	if (group->last_move_ms != FRRD_NEVER &&
	    group->last_move_ms + policy->hold_down_ms > until)
		until = group->last_move_ms + policy->hold_down_ms;
	return until;
}
