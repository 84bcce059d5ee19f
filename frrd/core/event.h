/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events: everything that can happen to a group, with the time it happened. */
#ifndef FRRD_CORE_EVENT_H
#define FRRD_CORE_EVENT_H

#include "types.h"

enum frrd_event_type {
	FRRD_EVENT_CONFIG,	    /* the policy changed */
	FRRD_EVENT_FAILOVER,	    /* command: take over now or refuse */
	FRRD_EVENT_SWITCHOVER_HERE, /* command: take over once it is free */
	FRRD_EVENT_SWITCHOVER_AWAY, /* command: give up for another site */
	FRRD_EVENT_RELEASE,	    /* command: stop announcing */
	FRRD_EVENT_HOLD,	    /* command: no moves until resume */
	FRRD_EVENT_RESUME,	    /* command: moves allowed again */
	FRRD_EVENT_ROUTES,	    /* the route adapter reports a snapshot */
	FRRD_EVENT_ELSEWHERE,	    /* the tracking adapter reports a snapshot */
	FRRD_EVENT_ZEBRA_UP,
	FRRD_EVENT_ZEBRA_DOWN,
	FRRD_EVENT_TICK,	    /* the deadline may have passed */
	FRRD_EVENT_SHUTDOWN,	    /* the daemon wants to end */
};

struct frrd_event {
	enum frrd_event_type type;
	int64_t now_ms;
	union {
		bool force;		         /* FAILOVER */
		struct frrd_routes routes;       /* ROUTES */
		struct frrd_elsewhere elsewhere; /* ELSEWHERE */
	};
};

/*
 * Name of an event as the journal and the history print it.
 * Returns a static string, never NULL.
 */
const char *frrd_event_name(enum frrd_event_type type);

#endif
