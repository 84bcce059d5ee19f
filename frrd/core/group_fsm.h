/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state machine of one group at one site. */
#ifndef FRRD_CORE_GROUP_FSM_H
#define FRRD_CORE_GROUP_FSM_H

#include "action.h"
#include "event.h"
#include "types.h"

/* Start value of a group: standby, nothing known, zebra not connected. */
void frrd_group_init(struct frrd_group *ret_group, int64_t now_ms);

/*
 * What has to outlive the process, and comes back as FRRD_EVENT_RESTORE, the
 * first event of a group in the next one.
 */
void frrd_group_keep(const struct frrd_group *group, struct frrd_kept *ret_kept);

/*
 * Advance `group` by one event.  The only writer of *group.
 *
 * policy       what the configuration says now
 * event        what happened; event->now_ms must not run backwards
 * ret_actions  filled with 0..FRRD_ACTIONS_MAX actions, in the order in which
 *              they are to be carried out
 *
 * A command event yields exactly one ACCEPT or REFUSE.  Every change of state
 * and every new reason yields one RECORD.  An event that changes nothing
 * yields no action, so repeated and stale events have no second effect.
 */
void frrd_group_step(struct frrd_group *group, const struct frrd_policy *policy,
		     const struct frrd_event *event, struct frrd_actions *ret_actions);

#endif
