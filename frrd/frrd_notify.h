/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YANG notifications of the module frr-subnet-mover. */
#ifndef FRRD_NOTIFY_H
#define FRRD_NOTIFY_H

#include "hook.h"

#include "frrd/core/health.h"
#include "frrd/core/types.h"

struct frrd_grp;
struct frrd_probe;
struct frrd_route;

extern void frrd_notify_state(const struct frrd_grp *grp, enum frrd_state from,
			      enum frrd_state to, enum frrd_reason reason);

/*
 * Called with each decision, right after its notification: for whoever waits for
 * the end of a command.  The decision's actions may still be under way.
 */
DECLARE_HOOK(frrd_decision,
	     (const struct frrd_grp *grp, enum frrd_state from, enum frrd_state to,
	      enum frrd_reason reason),
	     (grp, from, to, reason));

extern void frrd_notify_refused(const char *group, const char *command, enum frrd_reason reason,
				const char *text);

/* Another site claims a group that this one claims. */
extern void frrd_notify_conflict(const struct frrd_grp *grp, uint8_t site_id);

/* This site has gained or lost quorum. */
extern void frrd_notify_quorum(bool reached);

/* The state of a probe was `before` and is another one now. */
extern void frrd_notify_probe(const struct frrd_probe *probe, enum frrd_health before);

/* Address change: outcome and target as in the model; target, text: "" where there is none. */
extern void frrd_notify_address(const struct frrd_grp *grp, const char *target,
				const char *outcome, const char *text);

/* A wanted route is not installed. */
extern void frrd_notify_route(const struct frrd_route *route);

#endif
