/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events: everything that can happen to a group, with the time it happened. */
#ifndef FRRD_CORE_EVENT_H
#define FRRD_CORE_EVENT_H

#include "types.h"

enum frrd_event_type {
	FRRD_EVENT_CONFIG,	    /* the policy changed */
	FRRD_EVENT_FAILOVER,	    /* command: take over now or refuse */
	FRRD_EVENT_FAILOVER_TO,	    /* command: another site shall take over what nobody owns */
	FRRD_EVENT_SWITCHOVER_HERE, /* command: take over once it is free */
	FRRD_EVENT_SWITCHOVER_AWAY, /* command: another site shall take over from the owner */
	FRRD_EVENT_RELEASE,	    /* command: stop announcing */
	FRRD_EVENT_HOLD,	    /* command: no moves until resume */
	FRRD_EVENT_RESUME,	    /* command: moves allowed again */
	FRRD_EVENT_ROUTES,	    /* the route adapter reports a snapshot */
	FRRD_EVENT_ELSEWHERE,	    /* the tracking adapter reports a snapshot */
	FRRD_EVENT_ZEBRA_UP,
	FRRD_EVENT_ZEBRA_DOWN,
	FRRD_EVENT_VIEW,	    /* the marker adapter reports a snapshot */
	FRRD_EVENT_HEALTH,	    /* the health of this site for the group */
	FRRD_EVENT_STALL,	    /* the process was stopped for more than FRRD_STALL_MS */
	FRRD_EVENT_RESTORE,	    /* once, at the start: what the state file says */
	FRRD_EVENT_TICK,	    /* the deadline may have passed */
	FRRD_EVENT_SHUTDOWN,	    /* the daemon wants to end */
};

/* What outlives the process; see frrd_group_keep(). */
struct frrd_kept {
	bool owned;  /* it announced the group */
	bool held;   /* an operator forbade moves */
	bool barred; /* an operator released the group here */
	struct frrd_moves moves; /* in the clock of this process */
};

struct frrd_event {
	enum frrd_event_type type;
	int64_t now_ms;
	union {
		bool force;		         /* FAILOVER */
		uint8_t to;			 /* FAILOVER_TO, SWITCHOVER_AWAY: site id */
		bool healthy;			 /* HEALTH */
		struct frrd_view view;		 /* VIEW */
		struct frrd_kept kept;		 /* RESTORE */
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
