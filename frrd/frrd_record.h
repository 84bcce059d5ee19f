/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a decision leaves behind: history, log, journal, notifications, state
 * file.  For frrd_engine.c only.
 */
#ifndef FRRD_RECORD_H
#define FRRD_RECORD_H

#include "frrd/core/action.h"
#include "frrd/core/event.h"
#include "frrd/frrd_config.h"

/* A RECORD action of step(). */
extern void frrd_record_decision(struct frrd_grp *grp, const struct frrd_event *event,
				 const struct frrd_action *action);

/* A command that was refused. */
extern void frrd_record_refusal(struct frrd_grp *grp, const struct frrd_event *event,
				enum frrd_reason reason);

/* After a step: has anything changed that outlives the process? */
extern void frrd_record_kept(const struct frrd_group *before, const struct frrd_group *after);

/* After new views: has this site gained or lost quorum? */
extern void frrd_record_quorum(void);

#endif
