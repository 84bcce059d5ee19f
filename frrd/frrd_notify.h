/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YANG notifications of the module frr-subnet-mover. */
#ifndef FRRD_NOTIFY_H
#define FRRD_NOTIFY_H

#include "frrd/core/types.h"

struct frrd_grp;
struct frrd_route;

extern void frrd_notify_state(const struct frrd_grp *grp, enum frrd_state from,
			      enum frrd_state to, enum frrd_reason reason);
extern void frrd_notify_refused(const char *group, const char *command, enum frrd_reason reason,
				const char *text);

/* A wanted route is not installed. */
extern void frrd_notify_route(const struct frrd_route *route);

#endif
